using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>An uploaded file, in OpenAI's form.</summary>
internal sealed record TrainingFileInfo(string Id, string Object, long Bytes, long CreatedAt, string Filename, string Purpose, string Status);

/// <summary>The files that jobs train on, each with its description beside it.</summary>
internal sealed partial class TrainingFiles(LocalFolder folder, TimeProvider time)
{
    private string Root => folder.Open("files");

    /// <summary>Keeps what the stream holds.</summary>
    public async Task<TrainingFileInfo> SaveAsync(Stream content, string filename, string purpose, CancellationToken cancellationToken)
    {
        var id = $"file-{Guid.CreateVersion7():N}";
        long length;
        await using (var file = File.Create(ContentPath(id)))
        {
            await content.CopyToAsync(file, cancellationToken);
            length = file.Length;
        }

        var info = new TrainingFileInfo(id, "file", length, time.GetUtcNow().ToUnixTimeSeconds(), filename, purpose, "processed");
        LocalFolder.Replace(InfoPath(id), stream => JsonSerializer.Serialize(stream, info, LocalJsonContext.Default.TrainingFileInfo));
        return info;
    }

    public TrainingFileInfo? Find(string id) => FileId().IsMatch(id) && File.Exists(InfoPath(id)) ? Read(InfoPath(id)) : null;

    /// <summary>Newest first: ids sort by time.</summary>
    public IEnumerable<TrainingFileInfo> NewestFirst() =>
        Directory.EnumerateFiles(Root, "*.json").OrderDescending(StringComparer.Ordinal).Select(Read);

    /// <summary>The content of a file that <see cref="Find"/> knows.</summary>
    public Stream Open(string id) => File.OpenRead(ContentPath(id));

    private static TrainingFileInfo Read(string path)
    {
        using var stream = File.OpenRead(path);
        return JsonSerializer.Deserialize(stream, LocalJsonContext.Default.TrainingFileInfo)!;
    }

    private string ContentPath(string id) => Path.Combine(Root, $"{id}.jsonl");

    private string InfoPath(string id) => Path.Combine(Root, $"{id}.json");

    [GeneratedRegex("^file-[0-9a-f]{32}$")]
    private static partial Regex FileId();
}
