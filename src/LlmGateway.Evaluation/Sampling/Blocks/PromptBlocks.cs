using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>What a run's data source adds to its prompt; null for what it does not.</summary>
internal sealed record PromptBlocks(FewShotBlock? FewShot, ContextBlock? Context)
{
    public static readonly PromptBlocks None = new(null, null);

    /// <exception cref="ApiException">A block is malformed (400).</exception>
    public static PromptBlocks Read(JsonFields dataSource, TemplateScope scope) => new(FewShotBlock.Read(dataSource, scope), ContextBlock.Read(dataSource, scope));

    /// <summary>Refuses blocks where there is no prompt to add them to.</summary>
    /// <exception cref="ApiException">There are some (400).</exception>
    public static void Refuse(JsonFields dataSource)
    {
        foreach (var name in (string[])[FewShotBlock.Name, ContextBlock.Name])
        {
            if (dataSource.Find(name) is not null)
            {
                throw JsonFields.Invalid($"'{name}' adds to a prompt, and recorded outputs have none. Name a model that is asked.", dataSource.At(name));
            }
        }
    }

    /// <summary>Makes sure that the datasets are there, and names the versions that they have now.</summary>
    /// <param name="dataSource">The data source's JSON.</param>
    /// <param name="datasets">The service that owns them.</param>
    /// <param name="caller">Who reads.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The data source with those versions.</returns>
    /// <exception cref="ApiException">One is not there (404), or cannot be asked (503).</exception>
    public async Task<string> PinAsync(string dataSource, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        if (this == None)
        {
            return dataSource;
        }

        var node = JsonNode.Parse(dataSource)!;
        foreach (var (name, source) in Sources())
        {
            node[name]!["version"] = await source.CheckAsync(datasets, caller, cancellationToken) ?? source.Version;
        }

        return node.ToJsonString();
    }

    private IEnumerable<(string Name, DatasetSource Source)> Sources()
    {
        if (FewShot is not null)
        {
            yield return (FewShotBlock.Name, FewShot.Fields.Source);
        }

        if (Context?.Fields is { } passages)
        {
            yield return (ContextBlock.Name, passages.Source);
        }
    }
}
