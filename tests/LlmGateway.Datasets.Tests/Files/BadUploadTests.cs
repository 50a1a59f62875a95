using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Tests.Files;

/// <summary>Every refused upload names the field, and leaves nothing.</summary>
public sealed class BadUploadTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string Multipart = "multipart/form-data; boundary=b";

    [Theory]
    [InlineData("fine-tune", "", "file")]
    [InlineData(null, "x", "purpose")]
    [InlineData("anything", "x", "purpose")]
    [InlineData("evals", "x", "colour", "colour", "red")]
    [InlineData("evals", "x", "purpose", "purpose", "evals")]
    [InlineData("evals", "x", "expires_after[anchor]", "expires_after[seconds]", "3600")]
    [InlineData("evals", "x", "expires_after[anchor]", "expires_after[anchor]", "last_active_at")]
    [InlineData("evals", "x", "expires_after[seconds]", "expires_after[anchor]", "created_at")]
    [InlineData("evals", "x", "expires_after[seconds]", "expires_after[anchor]", "created_at", "expires_after[seconds]", "3599")]
    [InlineData("evals", "x", "expires_after[seconds]", "expires_after[anchor]", "created_at", "expires_after[seconds]", "2592001")]
    public async Task A_field_that_is_wrong_is_named(string? purpose, string content, string param, params string[] fields)
    {
        var pairs = fields.Chunk(2).Select(pair => (pair[0], pair[1])).ToArray();
        var client = host.NewProject();
        var response = await client.UploadAsync(new StringContent(content), purpose: purpose, fields: pairs);
        await AssertRefusedAsync(client, response, 400, param);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "--b--")]
    [InlineData(Multipart, "")]
    [InlineData(Multipart, "no boundary at all")]
    [InlineData(Multipart, "--b--\n")]
    [InlineData(Multipart, "--b\nContent-Disposition: form-data; name=file; filename=x\n\nabc")]
    [InlineData(Multipart, "--b\nContent-Disposition: form-data; name=file\n\nabc\n--b--\n")]
    [InlineData(Multipart, "--b\nContent-Disposition: form-data; name=file; filename=x\n\nabc\n--b\nContent-Disposition: form-data; name=file; filename=y\n\nabc\n--b--\n")]
    public async Task A_body_that_is_no_upload_is_refused(string contentType, string body)
    {
        var client = host.NewProject();
        await AssertRefusedAsync(client, await client.PostRawAsync(contentType, body), 400, "file");
    }

    [Fact]
    public async Task A_part_without_a_name_is_refused()
    {
        var client = host.NewProject();
        await AssertRefusedAsync(client, await client.PostRawAsync(Multipart, "--b\n\nabc\n--b--\n"), 400, "");
    }

    [Fact]
    public async Task A_byte_too_many_ends_the_reading()
    {
        using var file = new UploadStream(new MemoryStream(new byte[11]), maxBytes: 10);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => file.CopyToAsync(Stream.Null, 4, TestContext.Current.CancellationToken));
        Assert.Equal((413, "file"), (refusal.Error.Status, refusal.Error.Param));
        using var largest = new UploadStream(new MemoryStream(new byte[10]), maxBytes: 10);
        await largest.CopyToAsync(Stream.Null, 4, TestContext.Current.CancellationToken);
        Assert.Equal(10, largest.Count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("order=up", "order")]
    [InlineData("after=file-nothing", "after")]
    public async Task A_list_says_which_parameter_is_wrong(string query, string param)
    {
        var client = host.NewProject();
        await AssertRefusedAsync(client, await client.GetAsync($"/v1/files?{query}", TestContext.Current.CancellationToken), 400, param);
    }

    private async Task AssertRefusedAsync(HttpClient client, HttpResponseMessage response, int status, string param)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
        Assert.Empty((await client.GetJsonAsync("/v1/files")).Ids());
        var contents = Path.Combine(host.Folder, "files");
        Assert.False(Directory.Exists(contents) && Directory.EnumerateFiles(contents).Any());
    }
}
