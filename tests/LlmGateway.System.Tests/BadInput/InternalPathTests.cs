using System.Text;

namespace LlmGateway.System.Tests;

/// <summary>Where all services share a process, their internal paths are within a caller's reach, and yet closed.</summary>
[Collection<StandaloneShape>]
public sealed class InternalPathTests(StandaloneFixture fixture)
{
    [Theory]
    [InlineData("/internal/inferences")]
    [InlineData("/internal/responses/resp_1")]
    public async Task An_API_key_does_not_open_them(string path)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = path.EndsWith("inferences", StringComparison.Ordinal)
            ? await fixture.Gateway.Http.PostAsync(path, content, TestContext.Current.CancellationToken)
            : await fixture.Gateway.Http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("insufficient_scope", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
