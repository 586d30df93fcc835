namespace AiCredits.TestServers;

/// <summary>A program that the tests need is not installed; the message names the Debian package.</summary>
public sealed class MissingComponentException(string program, string debianPackage) : Exception(
    $"'{program}' was not found. Install it with 'apt-get install --no-install-recommends {debianPackage}', or run 'bash eng/test.sh', which does.");
