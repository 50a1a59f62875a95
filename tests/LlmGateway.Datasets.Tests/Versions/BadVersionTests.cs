using System.Net;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Versions;

/// <summary>What is refused names its field or its line, and leaves no version.</summary>
public sealed class BadVersionTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string Good = """{"input":"x","reference":"y"}""";

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[1]", "object")]
    [InlineData("""{"reference":"y"}""", "'input' is required")]
    [InlineData("""{"input":1}""", "'input' is required")]
    [InlineData("""{"input":"x","answer":"y"}""", "'answer'")]
    [InlineData("""{"messages":[]}""", "'messages'")]
    [InlineData("""{"messages":"hello"}""", "'messages'")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"content":"y"}]}""", "'messages[1]'")]
    [InlineData("""{"messages":[{"role":"assistant","content":"y"}]}""", "before the assistant's answer")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"input":"x"}""", "either")]
    [InlineData("""{"id":7,"input":"x"}""", "'id'")]
    [InlineData("""{"input":"x","metadata":[]}""", "'metadata'")]
    [InlineData("""{"input":"x","split":"holdout"}""", "'split'")]
    [InlineData("""{"input":"half \ud800"}""", "Unicode")]
    public async Task A_bad_line_is_told_by_its_number_and_nothing_is_made(string line, string complaint)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var error = await client.RefusedVersionAsync(dataset, $"{Good}\n\n{line}\n{Good.Replace('x', 'z')}\n");

        Assert.Equal(("source.file_id", "invalid_file"), (error.Text("param"), error.Text("code")));
        Assert.StartsWith("1 of 3 lines", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("line 3: ", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains(complaint, error.Text("message"), StringComparison.Ordinal);
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
    }

    [Fact]
    public async Task All_bad_lines_are_counted_and_the_first_of_them_told()
    {
        var client = host.NewProject();
        var message = (await client.RefusedVersionAsync(await client.DatasetAsync(), string.Join('\n', Enumerable.Repeat("{", 50).Prepend(Good)))).Text("message");
        Assert.StartsWith("50 of 51 lines", message, StringComparison.Ordinal);
        Assert.Contains("line 21: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 22: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_comes_again_is_refused_by_its_line()
    {
        var client = host.NewProject();
        var error = await client.RefusedVersionAsync(await client.DatasetAsync(), """
            {"id":"a","input":"x"}
            {"id":"a","input":"y"}
            """);
        Assert.Equal("duplicate_id", error.Text("code"));
        Assert.Contains("Line 2", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_over_4_MB_is_refused()
    {
        var client = host.NewProject();
        var error = await client.RefusedVersionAsync(await client.DatasetAsync(), $"{Good}\n{new string('x', 5 << 20)}");
        Assert.Contains("line 2: it is longer than 4 MB", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_items_makes_no_version()
    {
        var client = host.NewProject();
        Assert.Equal("no_items", (await client.RefusedVersionAsync(await client.DatasetAsync(), "\n\r\n")).Text("code"));
    }

    [Theory]
    [InlineData("{}", "source")]
    [InlineData("""{"source":{}}""", "source.type")]
    [InlineData("""{"source":{"type":"table"}}""", "source.type")]
    [InlineData("""{"source":{"type":"file"}}""", "source.file_id")]
    [InlineData("""{"source":{"type":"file","file_id":"file-1","limit":1}}""", "source.limit")]
    [InlineData("""{"source":{"type":"file","file_id":"file-1","filter":{}}}""", "source.filter")]
    [InlineData("""{"source":{"type":"from_inferences","file_id":"file-1"}}""", "source.file_id")]
    [InlineData("""{"source":{"type":"from_inferences","limit":0}}""", "source.limit")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"model":""}}}""", "source.filter.model")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"created_after":"soon"}}}""", "source.filter.created_after")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"metadata":{"k":null}}}}""", "source.filter.metadata.k")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"feedback":{}}}}""", "source.filter.feedback.metric")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"feedback":{"metric":"unknown"}}}}""", "source.filter.feedback.metric")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"feedback":{"metric":"good","min":1}}}}""", "source.filter.feedback.min")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"feedback":{"metric":"good","equals":1}}}}""", "source.filter.feedback.equals")]
    [InlineData("""{"source":{"type":"from_inferences","filter":{"feedback":{"metric":"demonstration","equals":"x"}}}}""", "source.filter.feedback.equals")]
    [InlineData("""{"source":{"type":"from_inferences"},"dedupe":"all"}""", "dedupe")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":0.8,"validation":0.1,"test":0.2}}""", "split")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1.5,"validation":-0.5,"test":0}}""", "split")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1,"validation":0,"test":0,"by":"nobody"}}""", "split.by")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1,"validation":0,"test":0,"threshold":0.9}}""", "split.threshold")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1,"validation":0,"test":0,"by":"near_duplicates","threshold":0.4}}""", "split.threshold")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1,"validation":0,"test":0,"stratify":"label"}}""", "split.stratify")]
    [InlineData("""{"source":{"type":"from_inferences"},"split":{"train":1,"validation":0,"test":0,"order":"size"}}""", "split.order")]
    [InlineData("""{"source":{"type":"dropped"}}""", "source.version")]
    [InlineData("""{"source":{"type":"dropped","version":"1","reasons":[]}}""", "source.reasons")]
    [InlineData("""{"source":{"type":"file","file_id":"file-1","reasons":["refused"]}}""", "source.reasons")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"magic"}]}""", "curation[0].step")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"refused"},{"step":"near_duplicates","threshold":2}]}""", "curation[1].threshold")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"near_duplicates","likeness":0.9}]}""", "curation[0].likeness")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"near_duplicates","of":"output"}]}""", "curation[0].of")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"personal_data","kinds":["name"]}]}""", "curation[0].kinds")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"personal_data","action":"hide"}]}""", "curation[0].action")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"length","of":"input"}]}""", "curation[0].min")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"length","of":"input","min":5,"max":4}]}""", "curation[0].max")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"language","allowed":["klingon"]}]}""", "curation[0].allowed")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"cluster_cap"}]}""", "curation[0].max")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"conflicting_labels","keep":"first"}]}""", "curation[0].keep")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"min_feedback","metric":"good"}]}""", "curation[0].min")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"min_feedback","metric":"unknown","min":1}]}""", "curation[0].metric")]
    [InlineData("""{"source":{"type":"from_inferences"},"curation":[{"step":"min_feedback","metric":"demonstration","min":1}]}""", "curation[0].metric")]
    public async Task A_field_that_is_wrong_is_named(string body, string param)
    {
        var client = host.NewProject();
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"good","value":true}""");
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"a","metric":"demonstration","value":"x"}""");
        var dataset = await client.DatasetAsync();
        Assert.Equal(param, (await client.RefusedAsync($"{dataset}/versions", body)).Text("param"));
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
    }

    [Theory]
    [InlineData("/versions/latest", HttpStatusCode.NotFound, "version")]
    [InlineData("/versions/2", HttpStatusCode.NotFound, "version")]
    [InlineData("/versions/1/export", HttpStatusCode.BadRequest, "format")]
    [InlineData("/versions/1/export?format=xlsx", HttpStatusCode.BadRequest, "format")]
    [InlineData("/versions/1/export?format=items&split=all", HttpStatusCode.BadRequest, "split")]
    [InlineData("/versions/1/export?format=openai", HttpStatusCode.BadRequest, "format")]
    [InlineData("/versions/1/items?after=nothing", HttpStatusCode.BadRequest, "after")]
    [InlineData("/diff?from=1", HttpStatusCode.BadRequest, "to")]
    [InlineData("/diff?from=1&to=9", HttpStatusCode.NotFound, "to")]
    public async Task A_reading_says_what_is_wrong(string path, HttpStatusCode status, string param)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        if (!path.EndsWith("latest", StringComparison.Ordinal))
        {
            await client.VersionAsync(dataset, """{"input":{"free":"field"},"reference":"y"}""");
        }

        var response = await client.GetAsync(dataset + path, TestContext.Current.CancellationToken);
        Assert.Equal((path, status), (path, response.StatusCode));
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"n","metadata":{"k":null}}""", "metadata.k")]
    [InlineData("""{"name":"n","archived":true}""", "archived")]
    public async Task A_dataset_says_what_is_wrong_with_it(string body, string param)
    {
        Assert.Equal(param, (await host.NewProject().RefusedAsync("/v1/datasets", body)).Text("param"));
    }
}
