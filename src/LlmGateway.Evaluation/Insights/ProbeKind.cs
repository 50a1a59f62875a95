namespace LlmGateway.Evaluation.Insights;

/// <summary>What is measured of the failed items: by looking at what is there, or by an eval run that changes one thing.</summary>
internal static class ProbeKind
{
    /// <summary>Looks whether a person holds the answer for right.</summary>
    public const string Human = "human";

    /// <summary>Looks whether the gold passage was in the prompt.</summary>
    public const string Retrieved = "retrieved";

    /// <summary>Looks whether the answer has the form asked for.</summary>
    public const string Format = "format";

    /// <summary>Asks the same once more: what passes then needs no remedy, and every other probe is measured against it.</summary>
    public const string Repeat = "repeat";

    /// <summary>Grades the JSON that stands in the answer, without what stands around it. No model is asked.</summary>
    public const string FormatRepaired = "format_repaired";

    /// <summary>Asks for the form: by the request's response format, an instruction, or both.</summary>
    public const string FormatAsked = "format_asked";

    /// <summary>Gives the gold passages and no others.</summary>
    public const string OracleContext = "oracle_context";

    /// <summary>Gives no passages.</summary>
    public const string ClosedBook = "closed_book";

    /// <summary>Shows similar examples with their answers.</summary>
    public const string FewShot = "few_shot";

    /// <summary>Retrieves, or retrieves more passages.</summary>
    public const string Retrieval = "retrieval";

    /// <summary>Retrieves fewer passages: what a reranker would leave.</summary>
    public const string FewerPassages = "fewer_passages";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly string[] All =
        [Human, Retrieved, Format, Repeat, FormatRepaired, FormatAsked, OracleContext, ClosedBook, FewShot, Retrieval, FewerPassages];

    /// <summary>Whether it only looks, and changes nothing.</summary>
    public static bool IsObservation(string probe) => probe is Human or Retrieved or Format;

    public static bool CallsModel(string probe) => !IsObservation(probe) && probe != FormatRepaired;
}
