using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.FineTuning.Evaluations;

/// <summary>Examples as items of an eval: the prompt whole and with less in it, and the answer as its reference.</summary>
internal sealed class HeldOutItems : IDisposable
{
    /// <summary>Answers of so few words are labels, where they come again.</summary>
    private const int MaxLabelLength = 64;

    private readonly MemoryStream _lines = new();
    private readonly HashSet<string> _answers = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public bool HasInstructions { get; private set; }

    public bool HasEarlierTurns { get; private set; }

    /// <summary>Whether the answers are a closed set, which an exact comparison can grade: short, and in the mean each comes twice.</summary>
    public bool AreLabels => Count >= 2 * _answers.Count && _answers.All(answer => answer.Length <= MaxLabelLength);

    /// <summary>The lines of the eval's file, from their beginning.</summary>
    public Stream Lines
    {
        get
        {
            _lines.Position = 0;
            return _lines;
        }
    }

    /// <summary>
    /// Reads OpenAI's lines for supervised training; those whose answer is no text are passed over. Where there are more than wanted, those
    /// with the lowest hashes are taken, so that the same file gives the same sample.
    /// </summary>
    public static HeldOutItems Read(Stream file, int sample)
    {
        var chosen = new PriorityQueue<string, ulong>();
        using (var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
            {
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                chosen.Enqueue(line, ulong.MaxValue - BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(line))));
                if (chosen.Count > sample)
                {
                    chosen.Dequeue();
                }
            }
        }

        var items = new HeldOutItems();
        foreach (var (line, _) in chosen.UnorderedItems.OrderByDescending(entry => entry.Priority))
        {
            items.Add(line);
        }

        return items;
    }

    public void Dispose() => _lines.Dispose();

    private void Add(string line)
    {
        var messages = JsonNode.Parse(line)!["messages"]!.AsArray();
        if (messages[^1]!["content"] is not JsonValue answer || answer.GetValueKind() != JsonValueKind.String || messages.Count < 2)
        {
            return;
        }

        JsonNode[] prompt = [.. messages.SkipLast(1).Select(message => message!)];
        JsonNode[] spoken = [.. prompt.Where(message => (string?)message["role"] is not ("system" or "developer"))];
        if (spoken.Length == 0)
        {
            return;
        }

        HasInstructions |= spoken.Length < prompt.Length;
        HasEarlierTurns |= spoken.Length > 1;
        _answers.Add(answer.GetValue<string>());
        Count++;
        var item = new JsonObject
        {
            ["item"] = new JsonObject
            {
                ["input"] = Copy(prompt),
                ["without_instructions"] = Copy(spoken),
                ["last_message"] = Copy(spoken[^1]),
                ["reference"] = answer.GetValue<string>(),
            },
        };
        _lines.Write(Encoding.UTF8.GetBytes(item.ToJsonString()));
        _lines.WriteByte((byte)'\n');
    }

    private static JsonArray Copy(params JsonNode[] messages) => [.. messages.Select(message => message.DeepClone())];
}
