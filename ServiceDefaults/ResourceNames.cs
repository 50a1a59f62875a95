namespace LlmGateway.ServiceDefaults;

/// <summary>
/// Names of what the system consists of, the same however it is started: by the AppHost, by compose, or as processes.
/// A service's name is also its name in service discovery.
/// </summary>
public static class ResourceNames
{
    public const string RabbitMq = "rabbitmq";
    public const string Redis = "redis";
    public const string Postgres = "postgres";

    /// <summary>The gateway's database; its connection string is named after the service.</summary>
    public const string GatewayDatabase = "gateway-db";
    public const string DatasetsDatabase = "datasets-db";
    public const string EvaluationDatabase = "evaluation-db";
    public const string FineTuningDatabase = "finetuning-db";
    public const string RetrievalDatabase = "retrieval-db";

    public const string Gateway = "gateway";
    public const string Datasets = "datasets";
    public const string Evaluation = "evaluation";
    public const string FineTuning = "fine-tuning";
    public const string Retrieval = "retrieval";
    public const string LocalModel = "local-model";
    public const string Console = "console";
}
