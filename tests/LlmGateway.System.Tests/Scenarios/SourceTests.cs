using System.Data.Common;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpenAI.Files;

namespace LlmGateway.System.Tests;

/// <summary>Answers out of a real table, and examples out of a real dataset.</summary>
public abstract class SourceTests(RunningSystem gateway) : Scenario(gateway)
{
    /// <summary>Of banking77.</summary>
    private static readonly string[] Intents =
    [
        "lost_or_stolen_card", "exchange_rate", "top_up_failed", "age_limit", "card_arrival", "change_pin", "declined_card_payment", "edit_personal_details",
        "passcode_forgotten", "pending_transfer", "terminate_account", "verify_my_identity",
    ];

    [Fact]
    public async Task A_prompt_answers_out_of_a_table_and_nothing_else_is_read_or_written()
    {
        await ExecuteAsync("DROP TABLE IF EXISTS parcels; CREATE TABLE parcels (id integer PRIMARY KEY, city text, pin text); INSERT INTO parcels VALUES (7, 'Uppsala', '4711'), (8, 'Lund', '4712')");
        var source = (await PostAsync(Http, "/v1/retrieval/sources", """{"name": "parcels", "connection": "shop", "tables": [{"name": "parcels", "columns": ["id", "city"]}]}""")).GetProperty("id").GetString();
        var prompt = $"parcels-{Guid.CreateVersion7():N}";
        await PostAsync(Http, "/v1/prompts", $$$"""
            {"name": "{{{prompt}}}", "model": "test/gpt-4o-mini", "variables": [{"name": "parcel", "type": "integer"}],
             "messages": [{"role": "system", "content": "{% sql source: \"{{{source}}}\", query: \"select * from parcels where id = :id\", id: parcel, as: rows %}Parcel {{ parcel }} is in {{ rows[0].city }}{{ rows[0].pin }}."}]}
            """);
        await PostAsync(Http, "/v1/chat/completions", $$$"""{"prompt": {"id": "{{{prompt}}}", "version": "1", "variables": {"parcel": 7}}, "messages": [{"role": "user", "content": "Where is it?"}]}""");
        Assert.Equal("Parcel 7 is in Uppsala.", ModelCalls[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());

        foreach (var query in (string[])["delete from parcels", "select pin from parcels", "select * from sources", "select * from vector_stores", "select 1; drop table parcels"])
        {
            using var content = Json($$$"""{"arguments": {"query": "{{{query}}}"}}""");
            Assert.Equal(400, (int)(await Http.PostAsync($"/v1/retrieval/sources/{source}/query", content, Cancel)).StatusCode);
        }

        var left = await PostAsync(Http, $"/v1/retrieval/sources/{source}/query", """{"arguments": {"query": "select count(*) as n from parcels"}}""");
        Assert.Equal("""[{"n":2}]""", left.GetProperty("rows").GetRawText());
        using var stranger = await JoinAsync("source-strangers");
        Assert.Equal(404, (int)(await stranger.GetAsync($"/v1/retrieval/sources/{source}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_nearest_examples_of_a_dataset_make_the_model_right_more_often_than_random_ones()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(reason is not null, reason ?? "");
        var train = Read(data!, "train.csv", 12);
        var dataset = await DatasetAsync(train);
        var random = new Random(8);
        var drawn = train.OrderBy(_ => random.Next()).Take(5).Select(item => new JsonObject { ["input"] = item.Text, ["output"] = item.Label }).ToArray<JsonNode>();
        var questions = Read(data!, "test.csv", 4);
        var nearest = await AccuracyAsync(new JsonObject { ["dataset"] = dataset, ["k"] = 5 }, questions);
        var others = await AccuracyAsync(new JsonObject { ["examples"] = new JsonArray(drawn) }, questions);
        TestContext.Current.SendDiagnosticMessage($"nearest {nearest:0.000}, random {others:0.000} of {questions.Count}");
        Assert.True(nearest >= others + 0.2, $"nearest {nearest:0.000}, random {others:0.000}");
    }

    private async Task<double> AccuracyAsync(JsonObject fewShot, List<(string Text, string Label)> questions)
    {
        var prompt = $"intents-{Guid.CreateVersion7():N}";
        await PostAsync(Http, "/v1/prompts", new JsonObject
        {
            ["name"] = prompt,
            ["model"] = "local/chat",
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = $"Answer with one of these labels: {string.Join(", ", Intents)}" }),
            ["few_shot"] = fewShot,
        }.ToJsonString());
        var right = 0;
        foreach (var (text, label) in questions)
        {
            var body = new JsonObject { ["model"] = $"prompt/{prompt}@1", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }) };
            var answer = await PostAsync(Http, "/v1/chat/completions", body.ToJsonString());
            right += answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() == label ? 1 : 0;
        }

        return (double)right / questions.Count;
    }

    private async Task<string> DatasetAsync(IEnumerable<(string Text, string Label)> items)
    {
        var lines = string.Join('\n', items.Select(item => new JsonObject { ["input"] = item.Text, ["reference"] = item.Label }.ToJsonString()));
        OpenAIFile file = await Gateway.Sdk.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromString(lines), "items.jsonl", FileUploadPurpose.FineTune);
        var dataset = (await PostAsync(Http, "/v1/datasets", $$"""{"name":"{{Guid.CreateVersion7():N}}"}""")).GetProperty("id").GetString()!;
        await PostAsync(Http, $"/v1/datasets/{dataset}/versions", $$$"""{"source":{"type":"file","file_id":"{{{file.Id}}}"}}""");
        return dataset;
    }

    private static List<(string Text, string Label)> Read(string data, string file, int each) =>
    [
        .. File.ReadLines(Path.Combine(data, "banking77", file))
            .Select(line => (Comma: line.LastIndexOf(','), Line: line))
            .Where(line => line.Comma > 0 && Intents.Contains(line.Line[(line.Comma + 1)..]))
            .Select(line => (Text: line.Line[..line.Comma].Trim('"'), Label: line.Line[(line.Comma + 1)..]))
            .GroupBy(line => line.Label)
            .SelectMany(label => label.Take(each)),
    ];

    private async Task ExecuteAsync(string script)
    {
        await using DbConnection connection = Gateway.ShopConnection.StartsWith("Data Source", StringComparison.Ordinal)
            ? new SqliteConnection(Gateway.ShopConnection + ";Pooling=False")
            : new NpgsqlConnection(Gateway.ShopConnection);
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own words.
        command.CommandText = script;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }
}

[Collection<StandaloneShape>]
public sealed class SourcesInStandalone(StandaloneFixture fixture) : SourceTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class SourcesInServices(ServicesFixture fixture) : SourceTests(fixture.Gateway);
