using AiCredits.TestServers;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]
