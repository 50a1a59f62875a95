using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>From traffic to training data: calls, what users said of them, a version, its export.</summary>
public abstract class DatasetTests(RunningSystem gateway) : Scenario(gateway)
{
    [Fact]
    public async Task Calls_that_users_liked_or_corrected_become_lines_to_train_on()
    {
        var ids = new List<string>();
        foreach (var question in new[] { "liked", "disliked", "corrected" })
        {
            using var answer = await Http.PostAsync(
                "/v1/chat/completions",
                Json($$$"""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"{{{question}}}"}],"metadata":{"suite":"loop"}}"""),
                Cancel);
            ids.Add((await StoredAsync(answer)).GetProperty("id").GetString()!);
        }

        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{ids[0]}}","metric":"good","value":true}""");
        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{ids[1]}}","metric":"good","value":false}""");
        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{ids[2]}}","metric":"good","value":true}""");
        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{ids[2]}}","metric":"demonstration","value":"better"}""");
        Assert.Equal(2, JsonElement.Parse(await Http.GetStringAsync($"/v1/inferences/{ids[2]}", Cancel)).GetProperty("feedback").GetArrayLength());

        var dataset = (await PostAsync(Http, "/v1/datasets", """{"name":"loop"}""")).GetProperty("id").GetString();
        var version = await PostAsync(Http, $"/v1/datasets/{dataset}/versions", """
            {"source": {"type": "from_inferences", "filter": {"metadata": {"suite": "loop"}, "feedback": {"metric": "good", "equals": true}}}}
            """);
        var lines = (await Http.GetStringAsync($"/v1/datasets/{dataset}/versions/{version.GetProperty("id").GetString()}/export?format=openai", Cancel))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("messages")).ToArray();
        Assert.Equal(["liked", "corrected"], lines.Select(messages => messages[0].GetProperty("content").GetString()));
        Assert.Equal("better", lines[1][1].GetProperty("content").GetString());
    }
}

[Collection<StandaloneShape>]
public sealed class DatasetsInStandalone(StandaloneFixture fixture) : DatasetTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class DatasetsInServices(ServicesFixture fixture) : DatasetTests(fixture.Gateway);
