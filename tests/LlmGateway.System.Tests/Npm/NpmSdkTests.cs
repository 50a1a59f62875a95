using LlmGateway.ServiceDefaults;

namespace LlmGateway.System.Tests;

/// <summary>OpenAI's npm package as the client; each file's tests are named in its own words.</summary>
public abstract class NpmSdkTests(RunningSystem gateway, NpmPackage package) : Scenario(gateway)
{
    protected NpmPackage Package { get; } = package;

    [Theory]
    [InlineData("batches.test.mjs")]
    [InlineData("chat.test.mjs")]
    [InlineData("embeddings.test.mjs")]
    [InlineData("errors.test.mjs")]
    [InlineData("evals.test.mjs")]
    [InlineData("files.test.mjs")]
    [InlineData("fine-tuning.test.mjs")]
    [InlineData("responses.test.mjs")]
    [InlineData("stored.test.mjs")]
    public async Task The_official_npm_package_talks_to_the_gateway(string file)
    {
        var (exitCode, output) = await Package.TestAsync(file, Gateway);
        Assert.True(exitCode == 0, output);
    }
}

[Collection<StandaloneShape>]
public sealed class NpmSdkInStandalone(StandaloneFixture fixture, NpmPackage package) : NpmSdkTests(fixture.Gateway, package);

[Collection<ServicesShape>]
public sealed class NpmSdkInServices(ServicesFixture fixture, NpmPackage package) : NpmSdkTests(fixture.Gateway, package)
{
    [Fact]
    public async Task A_program_of_another_language_has_a_model_trained_by_a_message()
    {
        var (exitCode, output) = await Package.TestAsync("queue.test.mjs", Gateway, fixture.Gateway.ConnectionOf(ResourceNames.RabbitMq));
        Assert.True(exitCode == 0, output);
    }
}
