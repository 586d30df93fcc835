using AiCredits.DemoSite;

[assembly: AssemblyFixture(typeof(Chromium))]
