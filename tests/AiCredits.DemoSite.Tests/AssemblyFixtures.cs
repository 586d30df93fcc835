using AiCredits.DemoSite;

[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(SharedDemoServer))]
