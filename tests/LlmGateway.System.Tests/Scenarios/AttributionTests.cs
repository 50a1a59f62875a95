using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using OpenAI.Files;

namespace LlmGateway.System.Tests;

/// <summary>Each technique gets its credit: real questions, the local model, and what instructions, examples and passages do for it.</summary>
public abstract class AttributionTests(RunningSystem gateway) : Scenario(gateway)
{
    private const int Examples = 40;
    private const int Asked = 15;
    private const int Paragraphs = 60;
    private static readonly string[] Intents =
        ["card_arrival", "card_delivery_estimate", "top_up_failed", "pending_top_up", "declined_transfer", "failed_transfer", "lost_or_stolen_card", "compromised_card"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Instructions_and_nearest_examples_are_each_credited_with_what_they_add()
    {
        var dataset = await MakeDatasetAsync(Questions(Data(), "train.csv", "train", Examples).Concat(Questions(Data(), "test.csv", "test", Asked)));
        var attribution = await AttributeAsync("string_check", "eq", new JsonObject
        {
            ["name"] = "support intents",
            ["source"] = new JsonObject { ["type"] = "dataset", ["dataset_id"] = dataset, ["split"] = "test" },
            ["base"] = new JsonObject { ["model"] = "local/chat", ["input_messages"] = Messages(("user", "{{ item.input }}")) },
            ["changes"] = new JsonArray(
                Change("instructions", new JsonObject { ["input_messages"] = Messages(("system", $"Answer with one of these labels: {string.Join(", ", Intents)}"), ("user", "{{ item.input }}")) }),
                Change("8 nearest examples", new JsonObject { ["few_shot"] = new JsonObject { ["dataset_id"] = dataset, ["split"] = "train", ["k"] = 8 } }),
                Change("temperature 0", new JsonObject { ["sampling_params"] = new JsonObject { ["temperature"] = 0 } })),
        });
        var result = attribution.GetProperty("result");
        Assert.Equal(0, result.GetProperty("left_out").GetInt32());
        Assert.Equal(["better", "better", "no_difference_shown"], result.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("verdict").GetString()));
        Assert.Equal(Value(result, "total_effect"), result.GetProperty("changes").EnumerateArray().Sum(change => Value(change, "shapley")), 1e-9);
        Assert.True(Value(result, "stacked") > 0.7, result.ToString());
        Assert.Contains("<svg", await Http.GetStringAsync($"/v1/attributions/{attribution.GetProperty("id").GetString()}?format=svg", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retrieved_passages_are_credited_with_the_answers_that_they_hold()
    {
        var (passages, questions) = ReadXQuad(Data());
        var knowledge = await MakeDatasetAsync(passages);
        var asked = await MakeDatasetAsync(questions);
        var attribution = await AttributeAsync("string_check", "like", new JsonObject
        {
            ["source"] = new JsonObject { ["type"] = "dataset", ["dataset_id"] = asked },
            ["base"] = new JsonObject { ["model"] = "local/chat" },
            ["changes"] = new JsonArray(Change("2 passages", new JsonObject { ["context"] = new JsonObject { ["dataset_id"] = knowledge, ["k"] = 2 } })),
        });
        var change = attribution.GetProperty("result").GetProperty("changes")[0];
        Assert.Equal(("retrieval", "better"), (change.GetProperty("kind").GetString(), change.GetProperty("verdict").GetString()));
        Assert.True(Value(change, "shapley") > 0.5, change.ToString());
    }

    private static string Data()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        return data!;
    }

    private async Task<JsonElement> AttributeAsync(string type, string operation, JsonObject request)
    {
        var eval = await PostAsync(Http, "/v1/evals", new JsonObject
        {
            ["data_source_config"] = new JsonObject { ["type"] = "custom", ["include_sample_schema"] = true, ["item_schema"] = new JsonObject { ["type"] = "object" } },
            ["testing_criteria"] = new JsonArray(new JsonObject
            {
                ["type"] = type,
                ["name"] = "right",
                ["operation"] = operation,
                ["input"] = "{{ sample.output_text }}",
                ["reference"] = "{{ item.reference }}",
            }),
        }.ToJsonString());
        request["eval_id"] = eval.GetProperty("id").GetString();
        var id = (await PostAsync(Http, "/v1/attributions", request.ToJsonString())).GetProperty("id").GetString();
        JsonElement last = default;
        await Eventually.TrueAsync(
            async token =>
            {
                last = JsonElement.Parse(await Http.GetStringAsync($"/v1/attributions/{id}", token));
                return last.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the attribution to end",
            Patience);
        Assert.True(last.GetProperty("status").GetString() == "completed", last.ToString());
        return last;
    }

    private async Task<string> MakeDatasetAsync(IEnumerable<JsonObject> items)
    {
        var lines = string.Join('\n', items.Select(item => item.ToJsonString()));
        OpenAIFile file = await Gateway.Sdk.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromString(lines), "items.jsonl", FileUploadPurpose.FineTune);
        var dataset = (await PostAsync(Http, "/v1/datasets", $$"""{"name":"{{Guid.CreateVersion7():N}}"}""")).GetProperty("id").GetString()!;
        await PostAsync(Http, $"/v1/datasets/{dataset}/versions", $$$"""{"source":{"type":"file","file_id":"{{{file.Id}}}"}}""");
        return dataset;
    }

    private static IEnumerable<JsonObject> Questions(string data, string file, string split, int each) => File.ReadLines(Path.Combine(data, "banking77", file))
        .Select(line => (Comma: line.LastIndexOf(','), Line: line))
        .Where(line => line.Comma > 0 && Intents.Contains(line.Line[(line.Comma + 1)..]))
        .GroupBy(line => line.Line[(line.Comma + 1)..])
        .SelectMany(label => label.Take(each).Select(line => new JsonObject { ["input"] = line.Line[..line.Comma].Trim('"'), ["reference"] = label.Key, ["split"] = split }));

    private static (List<JsonObject> Passages, List<JsonObject> Questions) ReadXQuad(string data)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data, "xquad", "xquad.en.json")));
        var paragraphs = document.RootElement.GetProperty("data").EnumerateArray()
            .SelectMany(article => article.GetProperty("paragraphs").EnumerateArray()).Take(Paragraphs).ToList();
        return (
            [.. paragraphs.Select((paragraph, place) => new JsonObject { ["id"] = $"passage-{place}", ["input"] = paragraph.GetProperty("context").GetString() })],
            [.. paragraphs.Select(paragraph => paragraph.GetProperty("qas")[0]).Select(question => new JsonObject
            {
                ["input"] = question.GetProperty("question").GetString(),
                ["reference"] = question.GetProperty("answers")[0].GetProperty("text").GetString(),
            })]);
    }

    private static JsonObject Change(string name, JsonObject set) => new() { ["name"] = name, ["set"] = set };

    private static JsonObject Messages(params (string Role, string Content)[] messages) => new()
    {
        ["type"] = "template",
        ["template"] = new JsonArray([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]),
    };

    private static double Value(JsonElement from, string name) => from.GetProperty(name).GetProperty("value").GetDouble();
}

[Collection<StandaloneShape>]
public sealed class AttributionsInStandalone(StandaloneFixture fixture) : AttributionTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class AttributionsInServices(ServicesFixture fixture) : AttributionTests(fixture.Gateway);
