using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Cli.Evals;

/// <summary>
/// A file that describes an eval and a run of it: the body of <c>POST /v1/evals</c> (or <c>eval_id</c>), with <c>run</c>, the body of
/// its run, and <c>gate</c>, the rules that it has to keep.
/// </summary>
internal sealed class EvalFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly string[] Known = ["name", "data_source_config", "testing_criteria", "eval_id", "run", "gate"];

    private readonly JsonObject _content;
    private readonly string _path;

    private EvalFile(string path, JsonObject content) => (_path, _content) = (path, content);

    /// <summary>An eval that is there already; null to find or make it.</summary>
    public string? EvalId => (string?)_content["eval_id"];

    public string Name => (string?)_content["name"] ?? Path.GetFileNameWithoutExtension(_path);

    /// <summary>Rules and settings of a gate without its run; null for none.</summary>
    public JsonObject? Gate => _content["gate"]?.DeepClone().AsObject();

    /// <summary>What the eval is, whatever it is called: the same in two files that ask for the same.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Definition().ToJsonString())));

    /// <exception cref="CommandException">It is not there, or not what it should be.</exception>
    public static async Task<EvalFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var content = JsonNode.Parse(await File.ReadAllTextAsync(path, cancellationToken), documentOptions: Lenient);
            return content is JsonObject file && file.All(member => Known.Contains(member.Key))
                ? new EvalFile(path, file)
                : throw new CommandException($"{path}: expected an object with {string.Join(", ", Known)}.");
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{path}: {exception.Message}");
        }
    }

    /// <summary>The body that makes the eval.</summary>
    public JsonObject Definition()
    {
        var body = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["data_source_config", "testing_criteria"])
        {
            body[name] = _content[name]?.DeepClone() ?? throw new CommandException($"{_path}: '{name}' is missing; without 'eval_id' the file has to say what the eval is.");
        }

        return body;
    }

    /// <summary>The run's body, and its source where that is a file beside this one: <c>{"type": "file", "path": "items.jsonl"}</c>.</summary>
    public (JsonObject Body, string? LocalSource) Run()
    {
        var run = _content["run"]?.DeepClone() as JsonObject;
        if (run?["data_source"] is not JsonObject dataSource)
        {
            throw new CommandException($"{_path}: 'run.data_source' is missing.");
        }

        if (dataSource["source"] is not JsonObject source || (string?)source["type"] != "file")
        {
            return (run, null);
        }

        var path = (string?)source["path"] ?? throw new CommandException($"{_path}: 'run.data_source.source.path' is missing.");
        return (run, Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, path));
    }
}
