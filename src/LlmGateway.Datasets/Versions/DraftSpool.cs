using System.Text;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Drafts in a temporary file, for what must see all of them before it decides on the first: memory then holds what is remembered of
/// each, and not the drafts. The file goes with the spool, also when the process is killed.
/// </summary>
internal sealed class DraftSpool : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);

    private readonly BinaryWriter _writer;

    public DraftSpool() => _writer = new BinaryWriter(_file, Encoding.UTF8);

    public int Count { get; private set; }

    public void Add(ItemDraft draft)
    {
        Count++;
        _writer.Write(draft.Place);
        _writer.Write(draft.Input.GetRawText());
        foreach (var text in (ReadOnlySpan<string?>)
        [
            draft.Id, draft.Reference?.GetRawText(), draft.Rejected?.GetRawText(), draft.Metadata?.GetRawText(),
            draft.Split, draft.EpisodeId, draft.EndUser, draft.FeedbackId, draft.InferenceId?.ToString(),
        ])
        {
            _writer.Write(text is not null);
            if (text is not null)
            {
                _writer.Write(text);
            }
        }

        _writer.Write(draft.CalledAtMicros ?? long.MinValue);
        _writer.Write(draft.Line ?? int.MinValue);
    }

    /// <summary>All of them, in their order; what their texts were they are, letter by letter.</summary>
    public IEnumerable<ItemDraft> ReadAll()
    {
        _writer.Flush();
        _file.Position = 0;
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        for (var index = 0; index < Count; index++)
        {
            yield return Read(reader);
        }
    }

    public void Dispose() => _writer.Dispose();

    private static ItemDraft Read(BinaryReader reader) => new()
    {
        Place = reader.ReadInt32(),
        Input = JsonElement.Parse(reader.ReadString()),
        Id = Text(reader),
        Reference = Json(reader),
        Rejected = Json(reader),
        Metadata = Json(reader),
        Split = Text(reader),
        EpisodeId = Text(reader),
        EndUser = Text(reader),
        FeedbackId = Text(reader),
        InferenceId = Text(reader) is { } id ? Guid.Parse(id) : null,
        CalledAtMicros = reader.ReadInt64() is > long.MinValue and var time ? time : null,
        Line = reader.ReadInt32() is > int.MinValue and var line ? line : null,
    };

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static JsonElement? Json(BinaryReader reader) => Text(reader) is { } json ? JsonElement.Parse(json) : null;
}
