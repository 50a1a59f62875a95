using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Evals;

namespace LlmGateway.Evaluation.Tests;

/// <summary>The official .NET SDK's evaluation client, against the service.</summary>
public sealed class OfficialSdkTests
{
    [Fact]
    public async Task It_makes_runs_reads_and_deletes_evals()
    {
        using var folder = new TempFolder();
        await using var services = await OtherServices.StartAsync();
        await using var host = await EvaluationHost.StartAsync(services, folder.Path);
        var client = new EvaluationClient(
            new ApiKeyCredential(host.Token("proj_a")), new EvaluationClientOptions { Endpoint = new Uri($"{host.Address}/v1"), RetryPolicy = new ClientRetryPolicy(0) });

        var eval = Read(await client.CreateEvaluationAsync(Content(new
        {
            name = "sdk",
            data_source_config = new { type = "custom", item_schema = new { type = "object" }, include_sample_schema = true },
            testing_criteria = new[] { Criteria.Equal("yes") },
        }))).Text("id");
        Assert.Equal("sdk", Read(await client.GetEvaluationAsync(eval, new RequestOptions())).Text("name"));

        var run = Read(await client.CreateEvaluationRunAsync(eval, Content(new { data_source = Criteria.Completions(Criteria.Inline(new { question = "one" })) }))).Text("id");
        await host.EndedAsync(eval, run);
        Assert.Equal("completed", Read(await client.GetEvaluationRunAsync(eval, run, new RequestOptions())).Text("status"));

        var page = Read(await client.GetEvaluationRunOutputItemsAsync(eval, run, 10, "asc", null, "pass", new RequestOptions()));
        var item = Assert.Single(page.GetProperty("data").EnumerateArray());
        Assert.Equal(item.GetRawText(), Read(await client.GetEvaluationRunOutputItemAsync(eval, run, item.Text("id"), new RequestOptions())).GetRawText());
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => client.CancelEvaluationRunAsync(eval, run, new RequestOptions()));
        Assert.Equal(400, refused.Status);
        Assert.Equal("eval.run.deleted", Read(await client.DeleteEvaluationRunAsync(eval, run, new RequestOptions())).Text("object"));
        Assert.Equal("eval.deleted", Read(await client.DeleteEvaluationAsync(eval, new RequestOptions())).Text("object"));
    }

    private static BinaryContent Content(object body) => BinaryContent.Create(BinaryData.FromObjectAsJson(body));

    private static JsonElement Read(ClientResult result) => JsonSerializer.Deserialize<JsonElement>(result.GetRawResponse().Content);
}
