namespace LlmGateway.System.Tests;

/// <summary>The configuration's schema, as editors take it from docs, is the one of the program.</summary>
[Collection<StandaloneShape>]
public sealed class SchemaTests(StandaloneFixture fixture)
{
    [Fact]
    public async Task The_published_schema_is_the_programs()
    {
        var schema = await fixture.Gateway.Http.GetStringAsync("/v1/configuration/schema", TestContext.Current.CancellationToken);
        var published = await File.ReadAllTextAsync(SourceFolder.Find("docs", "configuration.schema.json"), TestContext.Current.CancellationToken);
        Assert.True(schema.Trim() == published.Trim(), "Publish the new one: GET /v1/configuration/schema of a Standalone, into docs/configuration.schema.json.");
    }
}
