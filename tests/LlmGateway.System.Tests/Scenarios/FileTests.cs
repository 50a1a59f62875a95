using System.ClientModel;
using System.Net.Http.Headers;
using OpenAI.Files;

namespace LlmGateway.System.Tests;

/// <summary>Files by OpenAI's own package, and sizes that only a stream can carry, through the gateway.</summary>
public abstract class FileTests(RunningSystem gateway) : Scenario(gateway)
{
    /// <summary>Above the 30 MB that a server accepts when it is not told otherwise.</summary>
    private const int LargeBytes = 40_000_000;

    private OpenAIFileClient Files => Gateway.Sdk.GetOpenAIFileClient();

    [Fact]
    public async Task The_official_package_uploads_lists_reads_and_deletes_a_file()
    {
        var content = BinaryData.FromString("{\"messages\":[]}\n");
        OpenAIFile made = await Files.UploadFileAsync(content, "train.jsonl", FileUploadPurpose.FineTune);
        Assert.Equal(("train.jsonl", content.ToMemory().Length, FilePurpose.FineTune), (made.Filename, made.SizeInBytes, made.Purpose));
        OpenAIFile found = await Files.GetFileAsync(made.Id, Cancel);
        Assert.Equal(made.CreatedAt, found.CreatedAt);
        OpenAIFileCollection listed = await Files.GetFilesAsync(FilePurpose.FineTune, Cancel);
        Assert.Contains(made.Id, listed.Select(file => file.Id));
        BinaryData read = await Files.DownloadFileAsync(made.Id, Cancel);
        Assert.Equal(content.ToString(), read.ToString());

        FileDeletionResult deleted = await Files.DeleteFileAsync(made.Id, Cancel);
        Assert.True(deleted.Deleted);
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Files.GetFileAsync(made.Id, Cancel));
        Assert.Equal(404, error.Status);
    }

    [Fact]
    public async Task A_large_file_passes_both_ways()
    {
        var content = new byte[LargeBytes];
        new Random(1).NextBytes(content);
        OpenAIFile made = await Files.UploadFileAsync(BinaryData.FromBytes(content), "large.bin", FileUploadPurpose.UserData);
        Assert.Equal(LargeBytes, made.SizeInBytes);

        BinaryData whole = await Files.DownloadFileAsync(made.Id, Cancel);
        Assert.True(whole.ToMemory().Span.SequenceEqual(content));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{made.Id}/content") { Headers = { Range = new RangeHeaderValue(LargeBytes - 10, null) } };
        using var part = await Http.SendAsync(request, Cancel);
        Assert.Equal(206, (int)part.StatusCode);
        Assert.Equal(content[^10..], await part.Content.ReadAsByteArrayAsync(Cancel));
        await Files.DeleteFileAsync(made.Id, Cancel);
    }
}

[Collection<StandaloneShape>]
public sealed class FilesInStandalone(StandaloneFixture fixture) : FileTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class FilesInServices(ServicesFixture fixture) : FileTests(fixture.Gateway);
