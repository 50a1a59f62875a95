using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.FineTuning;
using SdkOptions = OpenAI.FineTuning.FineTuningOptions;

namespace LlmGateway.FineTuning.Tests.Jobs;

/// <summary>OpenAI's own package as the client.</summary>
public sealed class SdkTests : IAsyncLifetime
{
    private Neighbours _neighbours = null!;
    private FineTuningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _neighbours = await Neighbours.StartAsync();
        _host = await FineTuningHost.StartAsync(_neighbours);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _neighbours.DisposeAsync();
    }

    private FineTuningClient Client => new OpenAIClient(
        new ApiKeyCredential(_neighbours.Token()), new OpenAIClientOptions { Endpoint = new Uri($"{_host.Address}/v1"), RetryPolicy = new ClientRetryPolicy(0) }).GetFineTuningClient();

    [Fact]
    public async Task The_official_client_creates_follows_and_lists_jobs()
    {
        var token = TestContext.Current.CancellationToken;
        var job = await Client.FineTuneAsync(
            "local/chat", _neighbours.AddFile(TrainingText.Good), false,
            new SdkOptions { Suffix = "sdk", Seed = 7, TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: 2) }, token);
        await _host.ReachAsync(job.JobId, "succeeded");
        await job.UpdateStatusAsync(token);
        Assert.Equal("succeeded", job.Status.ToString());
        Assert.StartsWith("ft:chat:proj_default:sdk:", job.Value, StringComparison.Ordinal);

        var listed = new List<string>();
        await foreach (var one in Client.GetJobsAsync(cancellationToken: token))
        {
            listed.Add(one.JobId);
        }

        Assert.Equal([job.JobId], listed);
        var events = new List<string>();
        await foreach (var one in job.GetEventsAsync(new GetEventsOptions { PageSize = 2 }, token))
        {
            events.Add(one.Message);
        }

        Assert.Contains(events, message => message.StartsWith("Created fine-tuning job", StringComparison.Ordinal));
        var steps = new List<int>();
        await foreach (var one in job.GetCheckpointsAsync(new GetCheckpointsOptions(), token))
        {
            steps.Add(one.StepNumber);
        }

        Assert.Equal([4, 2], steps);
    }

    [Fact]
    public async Task An_error_is_one_that_the_official_client_understands()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client.FineTuneAsync("local/chat", "file-none", false, null, TestContext.Current.CancellationToken));
        Assert.Equal(400, error.Status);
        Assert.Contains("training_file", error.Message, StringComparison.Ordinal);
    }
}
