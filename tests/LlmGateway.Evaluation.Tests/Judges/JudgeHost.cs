using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Judges;

/// <summary>The service with a judge that says what a test wants, for one item at a time.</summary>
internal sealed class JudgeHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private JudgeHost(OtherServices services) => Services = services;

    public OtherServices Services { get; }

    public EvaluationHost Host { get; private set; } = null!;

    public static async Task<JudgeHost> StartAsync()
    {
        var judge = new JudgeHost(await OtherServices.StartAsync());
        judge.Host = await EvaluationHost.StartAsync(judge.Services, judge._folder.Path, settings: ("Evaluation:Concurrency", "1"));
        return judge;
    }

    /// <summary>Has the judge give these answers, one after another.</summary>
    public void Says(params string[] answers)
    {
        var next = -1;
        Services.Requests.Clear();
        Services.CacheNamespaces.Clear();
        Services.Model = _ => (200, answers[Interlocked.Increment(ref next)]);
    }

    /// <summary>What one grader says of items whose recorded output is <c>answer</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> GradeAsync(object grader, params object[] items)
    {
        var eval = await Host.CreateEvalAsync(new[] { grader });
        var run = await Host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items)));
        Assert.Equal("completed", run.Text("status"));
        return [.. (await Host.ItemsAsync(eval, run.Text("id"))).Select(item => item.GetProperty("results")[0])];
    }

    public async Task<JsonElement> GradeOneAsync(object grader, object item) => Assert.Single(await GradeAsync(grader, item));

    /// <summary>The text of the last message of each request to the judge.</summary>
    public IReadOnlyList<string> Questions() => [.. Services.Requests.Select(OtherServices.LastMessage)];

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Services.DisposeAsync();
        _folder.Dispose();
    }
}
