using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.LocalModel.Tests.FineTuning;

/// <summary>Requests and files that cannot be trained on say why.</summary>
public sealed class RefusedTrainingTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("""{"model": "chat"}""", "training_file")]
    [InlineData("""{"model": "chat", "training_file": "file-none"}""", "training_file")]
    [InlineData("""{"model": "embedding", "training_file": "FILE"}""", "model")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "hyperparameters": {"n_epochs": 51}}""", "hyperparameters.n_epochs")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "hyperparameters": {"batch_size": "big"}}""", "hyperparameters.batch_size")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "hyperparameters": {"learning_rate_multiplier": 0}}""", "hyperparameters.learning_rate_multiplier")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "method": {"type": "dpo"}}""", "method.type")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "suffix": "a/b"}""", "suffix")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "seed": -1}""", "seed")]
    [InlineData("""{"model": "chat", "training_file": "FILE", "metadata": 5}""", "metadata")]
    public async Task A_wrong_request_is_refused_naming_the_field(string body, string param)
    {
        await using var host = await StartAsync();
        var file = await host.UploadAsync(TrainingFileText.Train);
        var (status, json) = await host.PostAsync("fine_tuning/jobs", body.Replace("FILE", file, StringComparison.Ordinal));
        Assert.True(status is 400 or 404, json.ToString());
        Assert.Equal(param, json.GetProperty("error").GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("no json", "Line 3 is not JSON.")]
    [InlineData("""{"prompt": "x"}""", "Line 3: 'messages' is missing.")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}]}""", "Line 3: an example needs")]
    [InlineData("""{"messages": [{"role": "wizard", "content": "x"}]}""", "Line 3: Invalid value: 'wizard'")]
    public async Task A_file_with_a_broken_line_fails_the_job_with_the_lines_number(string line, string message)
    {
        await using var host = await StartAsync();
        var file = await host.UploadAsync(TrainingFileText.Of([("a", "b"), ("c", "d")]) + line);
        var job = await host.EndOfAsync(await host.CreateAsync(new { model = "chat", training_file = file }));
        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Equal("training_file", job.GetProperty("error").GetProperty("param").GetString());
        Assert.StartsWith(message, job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_files_for_training_are_taken()
    {
        await using var host = await StartAsync();
        var (status, json) = await host.TryUploadAsync("{}", "assistants");
        Assert.Equal((400, "purpose"), (status, json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(400, (await host.PostAsync("files", "{}")).Status);
    }

    [Theory]
    [InlineData("ft:chat:local::000000000000")]
    [InlineData("ft:../../etc/passwd")]
    public async Task An_unknown_fine_tuned_model_is_not_found(string model)
    {
        await using var host = await StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", JsonSerializer.Serialize(new { model, messages = new[] { new { role = "user", content = "hi" } } }));
        Assert.Equal((404, "model_not_found"), (status, json.GetProperty("error").GetProperty("code").GetString()));
    }

    private Task<LocalModelHost> StartAsync() => LocalModelHost.StartAsync($"--LLMGATEWAY_DATA={_data.Path}");
}
