namespace LlmGateway.Service;

/// <summary>The services, as discovery and the internal token's audience name them.</summary>
public static class ServiceNames
{
    public const string Gateway = "gateway";
    public const string Datasets = "datasets";
    public const string Evaluation = "evaluation";
    public const string FineTuning = "fine-tuning";
    public const string Retrieval = "retrieval";
    public const string LocalModel = "local-model";
    public const string Console = "console";
}
