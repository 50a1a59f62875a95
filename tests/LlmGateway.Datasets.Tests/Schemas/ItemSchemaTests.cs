using System.Net;
using System.Text;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Imports;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Schemas;

public sealed class EmbeddedItemSchemaTests : ItemSchemaTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresItemSchemaTests : ItemSchemaTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>A dataset's schemas hold for every item of a new version, in each store.</summary>
public abstract class ItemSchemaTests
{
    private const string InputSchema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";
    private const string ReferenceSchema = """{"type":"string","enum":["yes","no"]}""";
    private const string Good = """{"input":{"city":"Paris"},"reference":"yes"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task Items_that_do_not_fit_refuse_the_version_and_are_told_by_line_and_path()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await DatasetAsync(client);
        var error = await client.RefusedVersionAsync(dataset, $$$"""
            {{{Good}}}

            {"input":{"city":7},"reference":"yes"}
            {"input":{"city":"Oslo"},"reference":"perhaps"}
            {"input":{"city":"Rome"}}
            """);

        Assert.Equal(("source", "schema_mismatch"), (error.Text("param"), error.Text("code")));
        Assert.StartsWith("3 of 4 items", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("line 3: input#/city: StringExpected; line 4: reference#: NotInEnumeration; line 5: reference#: ", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal((0, 0), await host.CountVersionsAsync());
        Assert.Equal(1, (await client.VersionAsync(dataset, Good)).GetProperty("item_count").GetInt32());
    }

    [Fact]
    public async Task They_are_passed_over_and_counted_where_the_caller_says_so()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await DatasetAsync(client);
        var version = await client.ImportAsync(dataset, $$"""
            {"input":"Paris","reference":"yes"}
            {{Good}}
            """, "", ""","on_error":"skip" """);

        Assert.Equal(("""{"schema_mismatch":1}""", 1), (version.GetProperty("dropped").GetRawText(), version.GetProperty("item_count").GetInt32()));
        Assert.Equal(
            """{"checked":2,"refused":1,"errors":[{"item":1,"line":1,"message":"input#: ObjectExpected, input#/city: PropertyRequired"}]}""", version.GetProperty("report").GetProperty("schema").GetRawText());
    }

    [Fact]
    public async Task Logged_calls_are_checked_like_lines()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await host.StoreAsync(new Calls("proj_a").Chat("chatcmpl-1", record => record, """{"model":"fast","messages":[{"role":"user","content":"hello"}]}"""));
        var error = await client.RefusedAsync($"{await DatasetAsync(client)}/versions", """{"source":{"type":"from_inferences"}}""");
        Assert.Equal("schema_mismatch", error.Text("code"));
        Assert.Contains("item 1: input#/city: PropertyRequired", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schemas_are_shown_changed_and_taken_away()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await DatasetAsync(client);
        var shown = await client.GetJsonAsync(dataset);
        Assert.Equal((InputSchema, ReferenceSchema), (shown.GetProperty("input_schema").GetRawText(), shown.GetProperty("reference_schema").GetRawText()));
        await client.VersionAsync(dataset, Good);

        await PatchAsync(client, dataset, """{"name":"renamed"}""");
        Assert.Equal("schema_mismatch", (await client.RefusedVersionAsync(dataset, """{"input":"free"}""")).Text("code"));
        var changed = await PatchAsync(client, dataset, """{"input_schema":{"type":"string"},"reference_schema":null}""");
        Assert.Equal(("""{"type":"string"}""", JsonValueKind.Null), (changed.GetProperty("input_schema").GetRawText(), changed.GetProperty("reference_schema").ValueKind));
        await client.VersionAsync(dataset, """{"input":"free"}""");
        Assert.Equal(1, (await client.GetJsonAsync($"{dataset}/versions/1")).GetProperty("item_count").GetInt32());
    }

    [Theory]
    [InlineData("input_schema", "7")]
    [InlineData("input_schema", """{"type":"text"}""")]
    [InlineData("reference_schema", """{"const":1}""")]
    [InlineData("reference_schema", """{"$ref":"https://example.org/schema"}""")]
    public async Task What_is_no_schema_is_refused_when_it_is_set(string field, string schema)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        Assert.StartsWith(field, (await client.RefusedAsync("/v1/datasets", $$"""{"name":"n","{{field}}":{{schema}}}""")).Text("param"), StringComparison.Ordinal);
        Assert.Empty((await client.GetJsonAsync("/v1/datasets")).Ids());
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task<string> DatasetAsync(HttpClient client) => $"/v1/datasets/{(await client.PostJsonAsync(
        "/v1/datasets", $$"""{"name":"cities","input_schema":{{InputSchema}},"reference_schema":{{ReferenceSchema}}}""")).Text("id")}";

    private static async Task<JsonElement> PatchAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var response = await client.PatchAsync(path, content, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }
}
