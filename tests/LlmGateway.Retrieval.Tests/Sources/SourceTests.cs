using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace LlmGateway.Retrieval.Tests.Sources;

public sealed class SourceTests(SourceFixture fixture) : IClassFixture<SourceFixture>
{
    private const string Path = "/v1/retrieval/sources";
    private static readonly object Customers = new { name = "customers", description = "Who buys.", columns = new[] { "id", "name" } };
    private readonly RetrievalHost _host = fixture.Host;
    private readonly HttpClient _http = fixture.Host.For("proj_a");

    [Fact]
    public async Task A_source_is_made_shown_changed_listed_and_deleted()
    {
        var made = await MakeAsync();
        var id = made.Text("id");
        Assert.StartsWith("src_", id);
        Assert.Equal(("retrieval.source", "sql", 100, 5d), (made.Text("object"), made.Text("type"), made.GetProperty("max_rows").GetInt32(), made.GetProperty("timeout_seconds").GetDouble()));
        Assert.Equal("""{"schema":"main","name":"customers","description":"Who buys.","columns":[{"name":"id","type":"integer"},{"name":"name","type":"text"}]}""", made.GetProperty("tables")[0].GetRawText());

        var changed = await _http.PostJsonAsync($"{Path}/{id}", new { max_rows = 7, tables = new[] { new { name = "orders" } } });
        Assert.Equal((7, "orders", "shop"), (changed.GetProperty("max_rows").GetInt32(), changed.GetProperty("tables")[0].Text("name"), changed.Text("name")));
        Assert.Equal(changed.GetRawText(), (await _http.GetJsonAsync($"{Path}/{id}")).GetRawText());
        Assert.Contains(id, (await _http.GetJsonAsync($"{Path}?limit=100")).GetProperty("data").EnumerateArray().Select(source => source.Text("id")));

        (await _http.DeleteAsync($"{Path}/{id}")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"{Path}/{id}")).StatusCode);
    }

    [Fact]
    public async Task The_tool_says_what_is_there_and_its_call_is_answered()
    {
        var id = (await MakeAsync()).Text("id");
        var function = (await _http.GetJsonAsync($"{Path}/{id}/tool")).GetProperty("function");
        Assert.Equal("query_shop", function.Text("name"));
        Assert.Contains("customers(id integer, name text): Who buys.", function.Text("description"));
        Assert.Equal(["query"], function.GetProperty("parameters").GetProperty("required").EnumerateArray().Select(name => name.GetString()!));

        // As the model writes it: a text.
        var answer = await _http.PostJsonAsync($"{Path}/{id}/query", new { arguments = """{"query": "select name from customers where id = :id", "parameters": {"id": 2}}""" });
        Assert.Equal("""[{"name":"Grace"}]""", answer.GetProperty("rows").GetRawText());
        Assert.Equal("""[{"name":"name","type":"TEXT"}]""", answer.GetProperty("columns").GetRawText(), ignoreCase: true);
        Assert.False(answer.GetProperty("truncated").GetBoolean());
        Assert.InRange(answer.GetProperty("duration_ms").GetDouble(), 0.001, 30_000);
    }

    [Fact]
    public async Task What_is_refused_is_explained_and_logged_without_its_values()
    {
        var id = (await MakeAsync()).Text("id");
        var (status, message, param) = await QueryAsync(id, new { query = "select value from secrets where value = 'Ada Lovelace' and 4711 = 4711" }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "arguments.query"), (status, param));
        Assert.Contains("secrets", message);
        Assert.Contains("customers", message);
        var line = Assert.Single(_host.Log.Lines, line => line.Contains(id, StringComparison.Ordinal));
        Assert.Contains("proj_a", line);
        Assert.Contains("table", line);
        Assert.DoesNotContain("Ada", line);
        Assert.DoesNotContain("4711", line);
    }

    [Theory]
    [InlineData("""{"arguments": "not json"}""", "arguments")]
    [InlineData("""{"arguments": [1]}""", "arguments")]
    [InlineData("""{}""", "arguments")]
    [InlineData("""{"arguments": {"query": 5}}""", "arguments.query")]
    [InlineData("""{"arguments": {"parameters": {}}}""", "arguments.query")]
    [InlineData("""{"arguments": {"query": "select 1", "connection": "Data Source=/etc/passwd"}}""", "arguments.query")]
    [InlineData("""{"arguments": {"query": "select :a", "parameters": {"a": [1]}}}""", "arguments.query")]
    public async Task A_malformed_call_is_refused_naming_its_field(string body, string param)
    {
        var id = (await MakeAsync()).Text("id");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal((HttpStatusCode.BadRequest, param), await _http.PostAsync($"{Path}/{id}/query", content).RefusedAsync() is var refused ? (refused.Status, refused.Param) : default);
    }

    [Theory]
    [InlineData("""{"connection": "shop", "tables": [{"name": "orders"}]}""", "name")]
    [InlineData("""{"name": "shop", "tables": [{"name": "orders"}]}""", "connection")]
    [InlineData("""{"name": "my shop", "connection": "shop", "tables": [{"name": "orders"}]}""", "name")]
    [InlineData("""{"name": "shop", "connection": "Data Source=/tmp/x.db", "tables": [{"name": "orders"}]}""", "connection")]
    [InlineData("""{"name": "shop", "connection": "shop"}""", "tables")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": []}""", "tables")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "orders"}, {"name": "ORDERS"}]}""", "tables[1].name")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "orders", "columns": []}]}""", "tables[0].columns")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "orders", "columns": ["price"]}]}""", "tables[0].columns")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "gone"}]}""", "tables[0].name")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "orders"}], "max_rows": 0}""", "max_rows")]
    [InlineData("""{"name": "shop", "connection": "shop", "tables": [{"name": "orders"}], "timeout_seconds": 3600}""", "timeout_seconds")]
    [InlineData("""{"name": "weather", "connection": "weather", "tables": [{"name": "orders"}]}""", "tables")]
    public async Task A_malformed_source_is_refused_naming_its_field(string body, string param)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var project = _host.For("proj_empty");
        var refused = await project.PostAsync(Path, content).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (refused.Status, refused.Param));
        Assert.Empty((await project.GetJsonAsync(Path)).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Another_project_reaches_neither_the_source_nor_its_connection()
    {
        var id = (await MakeAsync()).Text("id");
        var stranger = _host.For("proj_b");
        foreach (var path in new[] { $"{Path}/{id}", $"{Path}/{id}/tool" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        }

        foreach (var (path, body) in new (string, object)[] { ($"{Path}/{id}", new { max_rows = 1 }), ($"{Path}/{id}/query", new { arguments = new { query = "select 1" } }) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync(path, body)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"{Path}/{id}")).StatusCode);
        Assert.Empty((await stranger.GetJsonAsync(Path)).GetProperty("data").EnumerateArray());
        var refused = await stranger.PostAsJsonAsync(Path, new { name = "shop", connection = "shop", tables = new[] { Customers } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "connection"), (refused.Status, refused.Param));
    }

    [Fact]
    public async Task A_json_service_is_asked_by_its_template_with_the_operators_key()
    {
        var id = await WeatherAsync();
        var function = (await _http.GetJsonAsync($"{Path}/{id}/tool")).GetProperty("function");
        Assert.Equal("The city's name.", function.GetProperty("parameters").GetProperty("properties").GetProperty("city").Text("description"));
        Assert.Equal(["city"], function.GetProperty("parameters").GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
        Assert.DoesNotContain("weather-key", function.GetRawText());

        var answer = (await _http.PostJsonAsync($"{Path}/{id}/query", new { arguments = new { city = "São Paulo/../admin?x=1", days = 3 } })).GetProperty("data");
        Assert.Equal("/v1/cities/S%C3%A3o%20Paulo%2F..%2Fadmin%3Fx%3D1/now", answer.Text("path"));
        Assert.Equal("?days=3", answer.Text("query"));
        Assert.True(answer.GetProperty("has_key").GetBoolean());
    }

    [Theory]
    [InlineData("{}", 400, "arguments.city")]
    [InlineData("""{"city": ".."}""", 400, "arguments.city")]
    [InlineData("""{"city": 5}""", 400, "arguments.city")]
    [InlineData("""{"city": "Oslo", "days": "three"}""", 400, "arguments.days")]
    [InlineData("""{"city": "Oslo", "host": "evil.example"}""", 400, "arguments.host")]
    [InlineData("""{"city": "nowhere"}""", 502, null)]
    [InlineData("""{"city": "redirect"}""", 502, null)]
    [InlineData("""{"city": "text"}""", 502, null)]
    [InlineData("""{"city": "large"}""", 502, null)]
    public async Task A_json_services_call_that_does_not_fit_or_fails_is_explained(string arguments, int status, string? param)
    {
        var refused = await QueryAsync(await WeatherAsync(), JsonElement.Parse(arguments)).RefusedAsync();
        Assert.Equal((status, param), ((int)refused.Status, refused.Param));
    }

    private async Task<JsonElement> MakeAsync() =>
        await _http.PostJsonAsync(Path, new { name = "shop", description = "The shop's customers.", connection = "shop", tables = new[] { Customers } });

    private async Task<string> WeatherAsync() => (await _http.PostJsonAsync(Path, new { name = "weather", connection = "weather" })).Text("id");

    private Task<HttpResponseMessage> QueryAsync(string id, object arguments) => _http.PostAsJsonAsync($"{Path}/{id}/query", new { arguments });
}
