using System.Text;
using LlmGateway.Messaging.Raw;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.FineTuning.Tests.Messages;

/// <summary>The public queue, in memory and on RabbitMQ with PostgreSQL.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Heard _heard = new();
    private Neighbours _neighbours = null!;

    public async ValueTask InitializeAsync() => _neighbours = await Neighbours.StartAsync();

    public ValueTask DisposeAsync() => _neighbours.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plain_message_becomes_a_job_once_and_its_end_is_published(bool onServers)
    {
        await using var host = await StartAsync(onServers);
        var message = $$"""{"id": "from-the-queue", "model": "local/chat", "training_file": "{{_neighbours.AddFile(TrainingText.Good)}}"}""";
        await SendAsync(host, message);
        await SendAsync(host, message);
        await Eventually.TrueAsync(() => _heard.Of("fine_tuning.job.succeeded").Any(), "the event", Patience);
        var happened = Assert.Single(_heard.Of("fine_tuning.job.succeeded"));
        Assert.Equal(("event", "proj_default", "from-the-queue"), ((string)happened["object"]!, (string)happened["project"]!, (string)happened["data"]!["request_id"]!));
        var job = await host.JobAsync((string)happened["data"]!["id"]!);
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Empty(_heard.Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_wrong_message_is_rejected_with_its_reason_and_the_next_one_runs(bool onServers)
    {
        await using var host = await StartAsync(onServers);
        var mine = _neighbours.AddFile(TrainingText.Good);
        var other = _neighbours.AddFile(TrainingText.Good, "proj_other");
        await SendAsync(host, $$"""{"id": "taken", "model": "local/chat", "training_file": "{{mine}}"}""");
        await Eventually.TrueAsync(async _ => (await host.GetAsync("/v1/fine_tuning/jobs")).GetProperty("data").GetArrayLength() == 1, "the first job", Patience);
        (string Message, string Reason)[] wrong =
        [
            ("no json", "no JSON object"),
            ("", "no JSON object"),
            ("[1, 2]", "no JSON object"),
            ($$"""{"id": 5, "model": "local/chat", "training_file": "{{mine}}"}""", "'id'"),
            ($$"""{"id": "w1", "model": "local/chat", "training_file": "{{mine}}", "colour": "red"}""", "'colour'"),
            ("""{"id": "w2", "model": "local/chat", "training_file": "file-none"}""", "file-none"),
            ("""{"id": "w3", "model": "local/chat", "dataset": {"id": "ds_none"}}""", "ds_none"),
            ($$"""{"id": "w4", "model": "local/chat", "training_file": "{{other}}"}""", other),
            ($$"""{"id": "w5", "model": "nobody-has-it", "training_file": "{{mine}}"}""", "nobody-has-it"),
            ($$"""{"id": "taken", "model": "local/chat", "training_file": "{{mine}}", "suffix": "changed"}""", "'taken'"),
            ($$"""{"id": "w6", "model": "local/chat", "training_file": "{{mine}}", "suffix": "{{new string('x', 70_000)}}"}""", "at most"),
        ];
        foreach (var (message, _) in wrong)
        {
            await SendAsync(host, message);
        }

        await SendAsync(host, $$"""{"id": "after-all", "model": "local/chat", "training_file": "{{mine}}"}""");
        await Eventually.TrueAsync(() => _heard.Of("fine_tuning.job.succeeded").Count() == 2, "both good jobs", Patience);
        await Eventually.TrueAsync(() => _heard.Errors.Count == wrong.Length && _heard.Of("fine_tuning.job.rejected").Count() == wrong.Length, "all rejections", Patience);
        foreach (var (message, reason) in wrong)
        {
            Assert.Contains(_heard.Errors, error => error.Body == message && error.Reason.Contains(reason, StringComparison.Ordinal));
            Assert.Contains(_heard.Of("fine_tuning.job.rejected"), one => ((string)one["data"]!["error"]!["message"]!).Contains(reason, StringComparison.Ordinal));
        }

        Assert.Contains(_heard.Of("fine_tuning.job.rejected"), one => (string?)one["data"]!["id"] == "w1");
    }

    [Fact]
    public async Task A_message_waits_while_datasets_is_away()
    {
        await using var host = await StartAsync(onServers: false);
        _neighbours.IsAway = true;
        await SendAsync(host, $$"""{"id": "patient", "model": "local/chat", "training_file": "{{_neighbours.AddFile(TrainingText.Good)}}"}""");
        Assert.Empty((await host.GetAsync("/v1/fine_tuning/jobs")).GetProperty("data").EnumerateArray());
        _neighbours.IsAway = false;
        await Eventually.TrueAsync(() => _heard.Of("fine_tuning.job.succeeded").Any(), "the job", Patience);
        Assert.Empty(_heard.Errors);
    }

    [Fact]
    public async Task Events_are_streamed_to_their_own_project_only()
    {
        await using var host = await StartAsync(onServers: false);
        using var other = host.For("proj_other");
        using var mine = host.For();
        using var otherLines = new StreamReader(await other.GetStreamAsync("/v1/events", TestContext.Current.CancellationToken));
        using var lines = new StreamReader(await mine.GetStreamAsync("/v1/events", TestContext.Current.CancellationToken));
        var id = await host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good) });
        Assert.Contains(id, await DataAsync(lines), StringComparison.Ordinal);
        var theirs = await host.CreateAsync(new { model = "local/chat", training_file = _neighbours.AddFile(TrainingText.Good, "proj_other") }, "proj_other");
        Assert.Contains(theirs, await DataAsync(otherLines), StringComparison.Ordinal);
    }

    private static async Task<string> DataAsync(StreamReader lines)
    {
        string? line;
        do
        {
            line = await lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith("data: ", StringComparison.Ordinal));
        return line ?? "";
    }

    private async Task<FineTuningHost> StartAsync(bool onServers)
    {
        (string, string?)[] settings = onServers
            ? [("ConnectionStrings:rabbitmq", await TestServers.CreateVirtualHostAsync()), ("ConnectionStrings:finetuning", await TestServers.CreateDatabaseAsync())]
            : [];
        return await FineTuningHost.StartAsync(_neighbours, _heard.Configure, settings);
    }

    private static Task SendAsync(FineTuningHost host, string message) =>
        host.Bus.SendRawAsync("fine-tuning-jobs", new RawMessage(Encoding.UTF8.GetBytes(message), "application/json"), TestContext.Current.CancellationToken);
}
