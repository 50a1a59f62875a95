using System.Net;
using LlmGateway.Service;
using LlmGateway.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.System.Tests;

/// <summary>A service that is called past the gateway trusts an internal token and nothing else.</summary>
[Collection<ServicesShape>]
public sealed class DirectCallTests(ServicesFixture fixture)
{
    private static readonly Caller Someone = new(Caller.DefaultProject, "key_1", Scopes.Admin | Scopes.Internal);

    /// <summary>A resource of every service behind the gateway.</summary>
    public static TheoryData<string, string> Resources => new()
    {
        { ResourceNames.Datasets, "/v1/inferences" },
        { ResourceNames.Datasets, "/v1/chat/completions" },
        { ResourceNames.Datasets, "/v1/usage" },
        { ResourceNames.Datasets, "/v1/files" },
        { ResourceNames.Datasets, "/v1/feedback" },
        { ResourceNames.Datasets, "/v1/datasets" },
        { ResourceNames.Datasets, "/v1/annotation_queues" },
        { ResourceNames.Evaluation, "/v1/evals" },
        { ResourceNames.Evaluation, "/v1/attributions" },
        { ResourceNames.Evaluation, "/v1/insights" },
        { ResourceNames.FineTuning, "/v1/fine_tuning/jobs" },
        { ResourceNames.Retrieval, "/v1/vector_stores" },
        { ResourceNames.LocalModel, "/internal/local-model/v1/models" },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Only_a_valid_token_opens_it(string service, string path)
    {
        Assert.Equal(HttpStatusCode.OK, await GetAsync(service, path, Token(service, ServicesSystem.InternalKey)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, Token(service, new string('f', 32))));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, Token(service, ServicesSystem.InternalKey, InternalToken.Lifetime + TimeSpan.FromSeconds(1))));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, Altered(Token(service, ServicesSystem.InternalKey))));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, RunningSystem.AdminKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(service, path, Token(ResourceNames.Gateway, ServicesSystem.InternalKey)));
    }

    [Fact]
    public async Task A_callers_token_does_not_open_the_way_into_the_log()
    {
        var caller = fixture.Gateway.ClientOf(
            fixture.Gateway.ProcessesOf(ResourceNames.Datasets)[0].BaseUrl, Token(ResourceNames.Datasets, ServicesSystem.InternalKey, caller: Someone with { Scopes = Scopes.Admin }));
        using var response = await caller.PostAsync("/internal/inferences", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public void Every_service_behind_the_gateway_is_tried() => Assert.Equal(
        ServiceMap.Read().Select(service => service.Name).Where(name => name != ResourceNames.Gateway).Order(),
        Resources.Select(row => row.Data.Item1).Distinct().Order());

    private async Task<HttpStatusCode> GetAsync(string service, string path, string? credential)
    {
        var client = fixture.Gateway.ClientOf(fixture.Gateway.ProcessesOf(service)[0].BaseUrl, credential);
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode || body.StartsWith("{\"error\":{", StringComparison.Ordinal), body);
        return response.StatusCode;
    }

    private static string Token(string service, string key, TimeSpan age = default, Caller? caller = null) => new InternalToken(
        Options.Create(new ServiceOptions { InternalKey = key }), new FakeTimeProvider(TimeProvider.System.GetUtcNow() - age)).Issue(service, caller ?? Someone);

    /// <summary>Other claims under the same signature.</summary>
    private static string Altered(string token) => token.Insert(InternalToken.Prefix.Length + 4, "A");
}
