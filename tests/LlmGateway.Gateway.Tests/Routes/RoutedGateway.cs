using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>A gateway with two providers, <c>a</c> and <c>b</c>, and the route <c>r</c>: first <c>a/m</c>, then <c>b/m</c>.</summary>
internal sealed class RoutedGateway : IAsyncDisposable
{
    public const string Question = """{"model":"r","messages":[{"role":"user","content":"hi"}]}""";
    public const string StreamQuestion = """{"model":"r","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    private RoutedGateway(UpstreamServer a, UpstreamServer b, InProcessGateway gateway) => (A, B, Gateway) = (a, b, gateway);

    public UpstreamServer A { get; }

    public UpstreamServer B { get; }

    public InProcessGateway Gateway { get; }

    public static Task<RoutedGateway> StartAsync(params (string Key, string? Value)[] more) => StartAsync(
        [
            ("Gateway:Routes:r:Groups:0:Policy", "Priority"),
            ("Gateway:Routes:r:Groups:0:Deployments:0:Model", "a/m"),
            ("Gateway:Routes:r:Groups:0:Deployments:1:Model", "b/m"),
        ],
        more);

    /// <summary>One whose routes the test gives.</summary>
    public static async Task<RoutedGateway> StartAsync((string Key, string? Value)[] route, (string Key, string? Value)[] more)
    {
        var (a, b) = (await UpstreamServer.StartAsync(new UpstreamScript { Text = "from a" }), await UpstreamServer.StartAsync(new UpstreamScript { Text = "from b" }));
        (string Key, string? Value)[] settings =
        [
            // A machine that stalls is no reason to begin a stream before it says anything.
            ("Gateway:StartupHold", "00:01:00"),

            // Nobody asks for models: the scripts are for calls.
            ("Gateway:Providers:test:Models:0", "t"),
            ("Gateway:Providers:a:BaseUrl", a.BaseUrl.ToString()), ("Gateway:Providers:a:ApiKey", "key-a"), ("Gateway:Providers:a:Models:0", "m"),
            ("Gateway:Providers:b:BaseUrl", b.BaseUrl.ToString()), ("Gateway:Providers:b:ApiKey", "key-b"), ("Gateway:Providers:b:Models:0", "m"),
            .. route, .. more,
        ];
        var last = settings.GroupBy(setting => setting.Key, (_, same) => same.Last());
        return new RoutedGateway(a, b, await InProcessGateway.StartAsync(a.BaseUrl, [.. last]));
    }

    public async Task<Answer> AskAsync(string body = Question, string? key = null, string path = "/v1/chat/completions")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode, text,
            response.Headers.TryGetValues("x-llmgateway-deployment", out var deployment) ? deployment.Single() : null,
            response.Headers.TryGetValues("x-llmgateway-attempts", out var attempts) ? attempts.Single() : null);
    }

    /// <summary>Asks again, a few times at most, where the machine was busy with other things and a timer ran out too early.</summary>
    public async Task<Answer> AskInTimeAsync(string body, Func<Answer, bool> isInTime, string path = "/v1/chat/completions")
    {
        var answer = await AskAsync(body, path: path);
        for (var asked = 1; asked < Promptly.Times && !isInTime(answer); asked++)
        {
            answer = await AskAsync(body, path: path);
        }

        return answer;
    }

    public async Task<JsonElement> HealthAsync(string provider)
    {
        var health = await Gateway.Http.GetFromJsonAsync<JsonElement>("/v1/providers/health", TestContext.Current.CancellationToken);
        return health.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("provider").GetString() == provider);
    }

    /// <summary>The keys that a provider was called with, in that order.</summary>
    public static string[] KeysOf(UpstreamServer upstream) => [.. Calls(upstream).Select(call => call.Headers["Authorization"]["Bearer ".Length..])];

    /// <summary>The model calls that a provider got.</summary>
    public static UpstreamRequest[] Calls(UpstreamServer upstream) => [.. upstream.Requests.Where(request => request.Method == "POST")];

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await A.DisposeAsync();
        await B.DisposeAsync();
    }

    internal sealed record Answer(int Status, string Text, string? Deployment, string? Attempts)
    {
        /// <summary>The error's code, or null.</summary>
        public string? Code => JsonElement.Parse(Text).TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;
    }
}
