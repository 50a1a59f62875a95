using System.Text;

namespace LlmGateway.System.Tests;

/// <summary>Where all services share a process, their internal paths are within a caller's reach, and yet closed.</summary>
[Collection<StandaloneShape>]
public sealed class InternalPathTests(StandaloneFixture fixture)
{
    [Theory]
    [InlineData("/internal/inferences")]
    public async Task An_API_key_does_not_open_them(string path)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await fixture.Gateway.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("insufficient_scope", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
