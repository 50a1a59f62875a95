using System.Text.Json;
using LlmGateway.Retrieval.Examples;

namespace LlmGateway.Retrieval.Tests.Examples;

public sealed class ExampleTests(ExampleFixture fixture) : IClassFixture<ExampleFixture>
{
    private const string Path = "/v1/retrieval/examples";
    private readonly HttpClient _http = fixture.Host.For("proj_a");

    [Fact]
    public async Task The_nearest_come_first_and_what_has_no_answer_never()
    {
        var chosen = await ChooseAsync(new { dataset = "ds_1", query = "my card did not arrive by post", k = 2, diversity = 0 });
        Assert.Equal(["i1", "i2"], chosen.Order());
        Assert.DoesNotContain("i6", await ChooseAsync(new { dataset = "ds_1", query = "exchange rate", k = 10 }));
    }

    [Fact]
    public async Task The_item_itself_and_what_nearly_repeats_it_are_left_out()
    {
        Assert.DoesNotContain("i1", await ChooseAsync(new { dataset = "ds_1", query = "MY CARD has not arrived, yet!", k = 10 }));
        Assert.DoesNotContain("i2", await ChooseAsync(new { dataset = "ds_1", query = "card", k = 10, exclude = new[] { "i2" } }));
        Assert.DoesNotContain("i3", await ChooseAsync(new { dataset = "ds_1", query = "card", k = 10, exclude_texts = new[] { "the card was declined at a shop" } }));
    }

    [Fact]
    public async Task Balanced_examples_are_of_as_many_answers_as_there_are()
    {
        var answer = await _http.PostJsonAsync(Path, new { dataset = "ds_1", query = "card arrive", k = 3, balanced = true });
        Assert.Equal(["card_arrival", "change_pin", "declined_payment"], answer.GetProperty("data").EnumerateArray().Select(example => example.Text("output")).Order());
        Assert.Equal("dsv_7", answer.Text("dataset_version"));
    }

    [Fact]
    public async Task Meaning_counts_where_it_is_asked_for()
    {
        // The server's vectors say that the question is about the pin; its words are nearer to payments.
        const string query = "card payment declined, pin";
        Assert.Equal("i4", (await ChooseAsync(new { dataset = "ds_1", query, k = 1, diversity = 0 }))[0]);
        Assert.Equal("i5", (await ChooseAsync(new { dataset = "ds_1", query, k = 1, diversity = 0, mode = "hybrid" }))[0]);
    }

    [Fact]
    public async Task A_version_is_read_once_however_often_it_is_asked()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ChooseAsync(new { dataset = "ds_1@3", query = "card", k = 1 })));
        Assert.Equal(1, fixture.ExportsOf("3"));
    }

    [Theory]
    [InlineData("""{"query": "x"}""", 400, "dataset")]
    [InlineData("""{"dataset": "ds_1"}""", 400, "query")]
    [InlineData("""{"dataset": "ds_1", "query": " "}""", 400, "query")]
    [InlineData("""{"dataset": "ds_1", "query": "x", "k": -1}""", 400, "k")]
    [InlineData("""{"dataset": "ds_1", "query": "x", "diversity": 2}""", 400, "diversity")]
    [InlineData("""{"dataset": "ds_1", "query": "x", "mode": "magic"}""", 400, "mode")]
    [InlineData("""{"dataset": "ds_1", "query": "x", "exclude": ["i99"]}""", 400, "exclude")]
    [InlineData("""{"dataset": "ds_gone", "query": "x"}""", 404, "dataset")]
    [InlineData("""{"dataset": "ds_1@99", "query": "x"}""", 404, "dataset")]
    public async Task A_malformed_request_is_refused_naming_its_field(string body, int status, string param)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var refused = await _http.PostAsync(Path, content).RefusedAsync();
        Assert.Equal((status, param), ((int)refused.Status, refused.Param));
    }

    [Fact]
    public void Read_every_form_of_an_item_has_a_question_and_an_answer()
    {
        Assert.Equal(("x", "hi", "bye"), Read("""{"id": "x", "input": [{"role": "system", "content": "s"}, {"role": "user", "content": "hi"}], "reference": {"role": "assistant", "content": "bye"}}"""));
        Assert.Equal(("x", "hi", "bye"), Read("""{"id": "x", "input": {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}, "reference": "bye"}"""));
        Assert.Equal(("x", "hi", null), Read("""{"id": "x", "input": {"text": "hi"}, "reference": null}"""));
        Assert.Equal(("x", """{"a":1}""", """{"b":2}"""), Read("""{"id": "x", "input": {"a":1}, "reference": {"b":2}}"""));

        static (string, string, string?) Read(string json) => ExampleItem.Read(JsonElement.Parse(json)) is var item ? (item.Id, item.Input, item.Output) : default;
    }

    private async Task<List<string>> ChooseAsync(object body) =>
        [.. (await _http.PostJsonAsync(Path, body)).GetProperty("data").EnumerateArray().Select(example => example.Text("id"))];
}
