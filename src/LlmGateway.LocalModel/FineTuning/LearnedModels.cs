namespace LlmGateway.LocalModel;

/// <summary>
/// The models that jobs made, by name. Each is a file, read when it is first asked for; those used last stay in memory,
/// up to <see cref="MemoryBytes"/>.
/// </summary>
internal sealed class LearnedModels(LocalFolder folder)
{
    /// <summary>512 MB.</summary>
    private const long MemoryBytes = 512L << 20;
    private const int LongestName = 200;
    private const string Extension = ".model";
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Name, ILearnedModel Model)> _recent = new();

    private string Root => folder.Open("models");

    public static bool IsName(string model) => model.StartsWith("ft:", StringComparison.Ordinal);

    public IEnumerable<string> Names() => Directory.EnumerateFiles(Root, $"*{Extension}")
        .Select(path => Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(path))).Order(StringComparer.Ordinal);

    public bool Has(string name) => IsName(name) && name.Length <= LongestName && File.Exists(PathOf(name));

    public void Save(string name, ILearnedModel model)
    {
        LocalFolder.Replace(PathOf(name), stream => LearnedModelFile.Write(stream, model));
        Forget(name);
    }

    public void Delete(string name)
    {
        File.Delete(PathOf(name));
        Forget(name);
    }

    /// <summary>The model, or null if there is none of this name.</summary>
    public ILearnedModel? Find(string name)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Name == name)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Model;
                }
            }

            // Read under the lock: many calls of a new model read it once.
            return Has(name) ? Load(name) : null;
        }
    }

    private ILearnedModel Load(string name)
    {
        using var stream = File.OpenRead(PathOf(name));
        var model = LearnedModelFile.Read(stream);
        _recent.AddFirst((name, model));
        while (_recent.Count > 1 && _recent.Sum(entry => entry.Model.SizeBytes) > MemoryBytes)
        {
            _recent.RemoveLast();
        }

        return model;
    }

    private void Forget(string name)
    {
        lock (_lock)
        {
            if (_recent.FirstOrDefault(entry => entry.Name == name) is { Model: not null } known)
            {
                _recent.Remove(known);
            }
        }
    }

    private string PathOf(string name) => Path.Combine(Root, Uri.EscapeDataString(name) + Extension);
}
