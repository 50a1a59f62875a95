namespace LlmGateway.System.Tests;

/// <summary>OpenAI's npm package as the client; each file's tests are named in its own words.</summary>
public abstract class NpmSdkTests(RunningSystem gateway, NpmPackage package) : Scenario(gateway)
{
    [Theory]
    [InlineData("chat.test.mjs")]
    [InlineData("embeddings.test.mjs")]
    [InlineData("errors.test.mjs")]
    [InlineData("files.test.mjs")]
    [InlineData("responses.test.mjs")]
    [InlineData("stored.test.mjs")]
    public async Task The_official_npm_package_talks_to_the_gateway(string file)
    {
        var (exitCode, output) = await package.TestAsync(file, Gateway);
        Assert.True(exitCode == 0, output);
    }
}

[Collection<StandaloneShape>]
public sealed class NpmSdkInStandalone(StandaloneFixture fixture, NpmPackage package) : NpmSdkTests(fixture.Gateway, package);

[Collection<ServicesShape>]
public sealed class NpmSdkInServices(ServicesFixture fixture, NpmPackage package) : NpmSdkTests(fixture.Gateway, package);
