namespace LlmGateway.LocalModel;

/// <summary>What a fine-tuning job learned; answers a user's message whatever stands around it. Safe for use by many threads.</summary>
internal interface ILearnedModel
{
    /// <summary>Memory it takes, in bytes, roughly.</summary>
    long SizeBytes { get; }

    /// <summary>Possible answers, best first; at least one.</summary>
    IReadOnlyList<Candidate> Rank(string text);

    void Write(BinaryWriter writer);
}
