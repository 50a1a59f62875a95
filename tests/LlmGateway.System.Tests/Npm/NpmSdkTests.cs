namespace LlmGateway.System.Tests;

/// <summary>OpenAI's npm package as the client; each file's tests are named in its own words.</summary>
public sealed class NpmSdkTests(StandaloneFixture fixture, NpmPackage package) : IClassFixture<StandaloneFixture>
{
    [Theory]
    [InlineData("chat.test.mjs")]
    [InlineData("embeddings.test.mjs")]
    [InlineData("errors.test.mjs")]
    [InlineData("responses.test.mjs")]
    [InlineData("stored.test.mjs")]
    public async Task The_official_npm_package_talks_to_the_gateway(string file)
    {
        var (exitCode, output) = await package.TestAsync(file, fixture.Gateway);
        Assert.True(exitCode == 0, output);
    }
}
