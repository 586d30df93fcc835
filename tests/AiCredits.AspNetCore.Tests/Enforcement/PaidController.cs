using Microsoft.AspNetCore.Mvc;

namespace AiCredits.AspNetCore.Enforcement;

public sealed record ImageRequest(string? Prompt, string? AiModel, int? Count);

[ApiController]
[Route("mvc")]
public sealed class PaidController : ControllerBase
{
    [HttpPost("fixed")]
    [RequiresCredits("flux-dev")]
    public IActionResult Fixed() => Ok(new { ok = true });

    [HttpGet("get")]
    [RequiresCredits("flux-dev")]
    public IActionResult Get() => Ok(new { ok = true });

    [HttpPost("free")]
    public IActionResult Free() => Ok(new { ok = true });

    [HttpPost("bound")]
    [RequiresCredits(ModelFrom = nameof(ImageRequest.AiModel), CountFrom = nameof(ImageRequest.Count), PromptFrom = nameof(ImageRequest.Prompt))]
    public IActionResult Bound(ImageRequest request) => Ok(request);

    [HttpPost("argument/{model}")]
    [RequiresCredits(ModelFrom = "model", CountFrom = "count")]
    public IActionResult Argument(string model, [FromQuery] long? count) => Ok(new { model, count });

    [HttpPost("counted")]
    [RequiresCredits("nano-banana", CountFrom = "count")]
    public IActionResult Counted([FromQuery] int count) => Ok(count);
}

[ApiController]
[Route("mvc-all")]
[RequiresCredits("nano-banana-pro")]
public sealed class WhollyPaidController : ControllerBase
{
    [HttpPost("own")]
    [RequiresCredits("nano-banana")]
    public IActionResult Own() => Ok();

    [HttpPost("inherited")]
    public IActionResult Inherited() => Ok();
}

[ApiController]
[Route("mvc-wrong")]
public sealed class WrongController : ControllerBase
{
    [HttpPost("nowhere")]
    [RequiresCredits(ModelFrom = "Modell")]
    public IActionResult Nowhere(ImageRequest request) => Ok(request);

    [HttpPost("no-number")]
    [RequiresCredits("flux-dev", CountFrom = nameof(ImageRequest.Prompt))]
    public IActionResult NoNumber(ImageRequest request) => Ok(request);
}

[ApiController]
[Route("naming")]
public sealed class NamingController : ControllerBase
{
    [HttpPost("named")]
    public IActionResult Named(ImageRequest request) => Ok(request);

    [HttpPost("own")]
    [RequiresCredits("nano-banana")]
    public IActionResult Own() => Ok();
}
