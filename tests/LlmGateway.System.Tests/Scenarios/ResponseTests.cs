using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>
/// Responses as a whole resource: at a provider that has and remembers them, at one that has chat completions only, and at the local
/// model, which has them and remembers none.
/// </summary>
public abstract class ResponseTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Native = RunningSystem.PricedModel;
    private const string Translated = RunningSystem.TranslatedModel;
    private const string Local = "local/chat";

    /// <summary>How often a response may be asked for that was made a moment ago; each time the gateway waits for seconds.</summary>
    private const int Questions = 5;

    public static TheoryData<string> Models() => [Native, Translated, Local];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_response_is_read_its_input_listed_and_it_is_deleted(string model)
    {
        var made = await RespondAsync(Http, model, "What do foxes do?", "\"metadata\":{\"topic\":\"foxes\"}");
        var id = made.GetProperty("id").GetString()!;

        var read = await GetAsync($"/v1/responses/{id}");
        Assert.Equal(Text(made), Text(JsonElement.Parse(read)));
        Assert.Equal("foxes", JsonElement.Parse(read).GetProperty("metadata").GetProperty("topic").GetString());
        SharedContract.AssertKept("GET", "/responses/{response_id}", 200, read);
        var items = await GetAsync($"/v1/responses/{id}/input_items");
        Assert.Equal(["What do foxes do?"], Texts(items));
        SharedContract.AssertKept("GET", "/responses/{response_id}/input_items", 200, items);
        Assert.Contains("event: response.completed", await GetAsync($"/v1/responses/{id}?stream=true&starting_after=3"), StringComparison.Ordinal);

        using var deleted = await Http.DeleteAsync($"/v1/responses/{id}", Cancel);
        Assert.Equal(200, (int)deleted.StatusCode);
        using var gone = await Http.GetAsync($"/v1/responses/{id}", Cancel);
        Assert.Equal(404, (int)gone.StatusCode);
        Assert.Equal("previous_response_not_found", await RefusedAsync(Http, model, id));
    }

    [Fact]
    public async Task A_provider_that_remembers_the_response_gets_its_id_and_the_same_bytes()
    {
        var id = (await RespondAsync(Http, Native, "first")).GetProperty("id").GetString();
        var model = Native[(Native.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var request = $$"""{"model":"{{model}}", "previous_response_id":"{{id}}",  "input":"second"}""";
        await PostAsync(Http, "/v1/responses", request.Replace($"\"{model}\"", $"\"{Native}\"", StringComparison.Ordinal));
        Assert.Equal(request, ModelCalls[^1].BodyText);
    }

    [Theory]
    [InlineData(Translated, Translated)]
    [InlineData(Native, Translated)]
    [InlineData(Local, Translated)]
    [InlineData(Translated, Native)]
    [InlineData(Local, Native)]
    [InlineData(Native, Local)]
    [InlineData(Local, Local)]
    public async Task A_conversation_goes_on_at_any_model_and_at_any_gateway(string first, string second)
    {
        var begun = await RespondAsync(Http, first, "first question", "\"instructions\":\"of the first turn alone\"");
        var other = Gateway.ClientOf(Gateway.Gateways[^1]);
        Gateway.Upstream.Forget();
        var next = await RespondAsync(other, second, "second question", Previous(begun));
        var last = await RespondAsync(Http, second, "third question", Previous(next));

        Assert.Equal(
            ["first question", Text(begun), "second question", Text(next), "third question"],
            Texts(await GetAsync($"/v1/responses/{last.GetProperty("id").GetString()}/input_items?order=asc")));
        if (second == Translated)
        {
            Assert.Equal(begun.GetProperty("id").GetString(), next.GetProperty("previous_response_id").GetString());
            var told = JsonElement.Parse(ModelCalls[0].BodyText).GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString());
            Assert.Equal(["first question", Text(begun), "second question"], told);
        }
        else if (second == Native)
        {
            // The first turn was made elsewhere; the second one it remembers.
            Assert.Equal(3, JsonElement.Parse(ModelCalls[0].BodyText).GetProperty("input").GetArrayLength());
            Assert.Equal(next.GetProperty("id").GetString(), JsonElement.Parse(ModelCalls[1].BodyText).GetProperty("previous_response_id").GetString());
        }
    }

    [Fact]
    public async Task A_streamed_turn_is_continued_too()
    {
        using var streamed = await Http.PostAsync("/v1/responses", Json($$"""{"model":"{{Translated}}","input":"first","stream":true}"""), Cancel);
        var events = await streamed.Content.ReadAsStringAsync(Cancel);
        var completed = JsonElement.Parse(events.Split("data: ")[^1].Trim());
        Assert.Equal("response.completed", completed.GetProperty("type").GetString());
        Assert.Equal(11, completed.GetProperty("response").GetProperty("usage").GetProperty("input_tokens").GetInt64());
        var next = await RespondAsync(Http, Translated, "second", Previous(completed.GetProperty("response")));
        Assert.Equal(3, Texts(await GetAsync($"/v1/responses/{next.GetProperty("id").GetString()}/input_items")).Count);
    }

    [Theory]
    [InlineData(Native)]
    [InlineData(Translated)]
    public async Task Another_project_knows_nothing_of_it(string model)
    {
        var owner = await JoinAsync("owner");
        var stranger = await JoinAsync("stranger");
        var id = (await RespondAsync(owner, model, "secret")).GetProperty("id").GetString()!;
        foreach (var path in new[] { $"/v1/responses/{id}", $"/v1/responses/{id}/input_items" })
        {
            using var answer = await stranger.GetAsync(path, Cancel);
            Assert.Equal(404, (int)answer.StatusCode);
        }

        using var deleted = await stranger.DeleteAsync($"/v1/responses/{id}", Cancel);
        Assert.Equal(404, (int)deleted.StatusCode);
        Gateway.Upstream.Forget();
        Assert.Equal("previous_response_not_found", await RefusedAsync(stranger, model, id));
        Assert.Empty(ModelCalls);
        await RespondAsync(owner, model, "still there", $"\"previous_response_id\":\"{id}\"");
    }

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_nothing\"", "previous_response_id")]
    [InlineData("\"previous_response_id\":\"\"", "previous_response_id")]
    [InlineData("\"previous_response_id\":7", "previous_response_id")]
    [InlineData("\"background\":true,\"stream\":true", "stream")]
    [InlineData("\"background\":true,\"store\":false", "store")]
    [InlineData("\"background\":\"yes\"", "background")]
    public async Task What_makes_no_sense_is_refused_by_its_name(string member, string param)
    {
        foreach (var model in (string[])[Native, Translated])
        {
            using var answer = await Http.PostAsync("/v1/responses", Json($$"""{"model":"{{model}}","input":"x",{{member}}}"""), Cancel);
            Assert.Equal(400, (int)answer.StatusCode);
            var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("error");
            Assert.Equal(param, error.GetProperty("param").GetString());
        }
    }

    [Fact]
    public async Task What_was_not_to_be_stored_cannot_be_continued()
    {
        var made = await RespondAsync(Http, Translated, "x", "\"store\":false");
        Assert.Equal("previous_response_not_found", await RefusedAsync(Http, Translated, made.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task A_finished_response_cannot_be_cancelled()
    {
        var id = (await RespondAsync(Http, Translated, "x")).GetProperty("id").GetString();
        await GetAsync($"/v1/responses/{id}");
        using var answer = await Http.PostAsync($"/v1/responses/{id}/cancel", null, Cancel);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_completion_is_made_by_a_provider_of_chats()
    {
        var made = await PostAsync(Http, "/v1/completions", $$"""{"model":"{{Translated}}","prompt":"Once","max_tokens":5}""");
        Assert.Equal("text_completion", made.GetProperty("object").GetString());
        Assert.Equal("/v1/chat/completions", ModelCalls[^1].Path);
        SharedContract.AssertKept("POST", "/completions", 200, made.GetRawText());
        using var streamed = await Http.PostAsync("/v1/completions", Json($$"""{"model":"{{Translated}}","prompt":"Once","stream":true}"""), Cancel);
        var events = await streamed.Content.ReadAsStringAsync(Cancel);
        Assert.EndsWith("data: [DONE]\n\n", events, StringComparison.Ordinal);
        Assert.DoesNotContain("usage", events, StringComparison.Ordinal);
        Assert.Equal(11, (await StoredAsync(streamed)).GetProperty("input_tokens").GetInt64());
    }

    private static string Previous(JsonElement response) => $"\"previous_response_id\":\"{response.GetProperty("id").GetString()}\"";

    private static async Task<JsonElement> RespondAsync(HttpClient client, string model, string input, string? more = null)
    {
        var body = $$"""{"model":"{{model}}","input":"{{input}}"{{(more is null ? "" : $",{more}")}}}""";
        return JsonElement.Parse(await FoundAsync(() => client.PostAsync("/v1/responses", Json(body), Cancel)));
    }

    /// <summary>
    /// What was made a moment ago is found at once, because the gateway waits for its record; on a machine that stalls for longer than that,
    /// at one of the next questions.
    /// </summary>
    private static async Task<string> FoundAsync(Func<Task<HttpResponseMessage>> ask)
    {
        for (var question = 1; ; question++)
        {
            using var answer = await ask();
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            if (answer.IsSuccessStatusCode)
            {
                return text;
            }

            Assert.True(
                question < Questions && ((int)answer.StatusCode == 404 || text.Contains("previous_response_not_found", StringComparison.Ordinal)), $"{(int)answer.StatusCode}: {text}");
        }
    }

    /// <summary>The code of the error that a request gets which continues the response.</summary>
    private static async Task<string?> RefusedAsync(HttpClient client, string model, string id)
    {
        using var answer = await client.PostAsync("/v1/responses", Json($$"""{"model":"{{model}}","input":"x","previous_response_id":"{{id}}"}"""), Cancel);
        Assert.Equal(400, (int)answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("error").GetProperty("code").GetString();
    }

    private Task<string> GetAsync(string path) => FoundAsync(() => Http.GetAsync(path, Cancel));

    private static string Text(JsonElement response) => response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;

    private static List<string?> Texts(string items) =>
        [.. JsonElement.Parse(items).GetProperty("data").EnumerateArray().Select(item => item.GetProperty("content")[0].GetProperty("text").GetString())];
}

[Collection<StandaloneShape>]
public sealed class ResponsesInStandalone(StandaloneFixture fixture) : ResponseTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ResponsesInServices(ServicesFixture fixture) : ResponseTests(fixture.Gateway);
