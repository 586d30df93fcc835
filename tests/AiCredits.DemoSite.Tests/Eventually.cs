namespace AiCredits.DemoSite;

/// <summary>Waits for what another process or thread brings about.</summary>
public static class Eventually
{
    public static async Task Async(Func<Task> assertion, int seconds = 20)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception exception) when (exception is ShouldAssertException or HttpRequestException && DateTime.UtcNow < end)
            {
                await Task.Delay(50);
            }
        }
    }
}
