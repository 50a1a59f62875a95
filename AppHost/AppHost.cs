using LlmGateway.ServiceDefaults;

// The map of the system. docker/compose.yaml and `./build.sh up` start the same; a test compares the three.
var builder = DistributedApplication.CreateBuilder(args);

// Set them by `dotnet user-secrets`, or as Parameters__admin_key and Parameters__internal_key in the environment.
var adminKey = builder.AddParameter("admin-key", secret: true)
    .WithDescription("The first API key, at least 16 characters; every gateway knows it.");
var internalKey = builder.AddParameter("internal-key", secret: true)
    .WithDescription("Signs the tokens by which services trust one another, at least 32 characters.");
var openAIKey = builder.AddParameter("openai-api-key", builder.Configuration["OPENAI_API_KEY"] ?? "", secret: true);
var anthropicKey = builder.AddParameter("anthropic-api-key", builder.Configuration["ANTHROPIC_API_KEY"] ?? "", secret: true);

var rabbitmq = builder.AddRabbitMQ(ResourceNames.RabbitMq).WithManagementPlugin().WithDataVolume();
var redis = builder.AddRedis(ResourceNames.Redis).WithDataVolume().WithPersistence();
var postgres = builder.AddPostgres(ResourceNames.Postgres).WithImage("pgvector/pgvector", "pg17").WithDataVolume()
    .WithArgs("-c", "max_connections=400"); // each replica's pool takes up to 40
var gatewayDatabase = postgres.AddDatabase(ResourceNames.GatewayDatabase, "gateway");
var datasetsDatabase = postgres.AddDatabase(ResourceNames.DatasetsDatabase, "datasets");
var evaluationDatabase = postgres.AddDatabase(ResourceNames.EvaluationDatabase, "evaluation");
var fineTuningDatabase = postgres.AddDatabase(ResourceNames.FineTuningDatabase, "finetuning");
var retrievalDatabase = postgres.AddDatabase(ResourceNames.RetrievalDatabase, "retrieval");

var gatewayMigration = builder.AddProject<Projects.Gateway_Host>("gateway-migration", Once)
    .WithArgs("--migrate")
    .WithReference(gatewayDatabase, "gateway").WaitFor(gatewayDatabase)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithEnvironment("LLMGATEWAY_ADMIN_KEY", adminKey);
var datasetsMigration = builder.AddProject<Projects.Datasets_Host>("datasets-migration", Once)
    .WithArgs("--migrate")
    .WithReference(datasetsDatabase, "datasets").WaitFor(datasetsDatabase)
    .WithEnvironment("Services__InternalKey", internalKey);
var evaluationMigration = builder.AddProject<Projects.Evaluation_Host>("evaluation-migration", Once)
    .WithArgs("--migrate")
    .WithReference(evaluationDatabase, "evaluation").WaitFor(evaluationDatabase)
    .WithEnvironment("Services__InternalKey", internalKey);
var fineTuningMigration = builder.AddProject<Projects.FineTuning_Host>("fine-tuning-migration", Once)
    .WithArgs("--migrate")
    .WithReference(fineTuningDatabase, "finetuning").WaitFor(fineTuningDatabase)
    .WithEnvironment("Services__InternalKey", internalKey);
var retrievalMigration = builder.AddProject<Projects.Retrieval_Host>("retrieval-migration", Once)
    .WithArgs("--migrate")
    .WithReference(retrievalDatabase, "retrieval").WaitFor(retrievalDatabase)
    .WithEnvironment("Services__InternalKey", internalKey);

var localModel = builder.AddProject<Projects.LocalModel_Host>(ResourceNames.LocalModel)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithHttpHealthCheck("/health");

var datasets = builder.AddProject<Projects.Datasets_Host>(ResourceNames.Datasets)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(datasetsDatabase, "datasets").WaitForCompletion(datasetsMigration)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithHttpHealthCheck("/health");

var gateway = builder.AddProject<Projects.Gateway_Host>(ResourceNames.Gateway)
    .WithReplicas(2)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WithReference(gatewayDatabase, "gateway").WaitForCompletion(gatewayMigration)
    .WithReference(datasets).WaitFor(datasets)
    .WithReference(localModel).WaitFor(localModel)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithEnvironment("LLMGATEWAY_ADMIN_KEY", adminKey)
    .WithEnvironment("OPENAI_API_KEY", openAIKey)
    .WithEnvironment("ANTHROPIC_API_KEY", anthropicKey)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

var fineTuning = builder.AddProject<Projects.FineTuning_Host>(ResourceNames.FineTuning)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(fineTuningDatabase, "finetuning").WaitForCompletion(fineTuningMigration)
    .WithReference(datasets)
    .WithReference(gateway)
    .WithReference(localModel)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithEnvironment("OPENAI_API_KEY", openAIKey)
    .WithHttpHealthCheck("/health");

// They call each other: the gateway forwards jobs, and a job registers its model.
gateway.WithReference(fineTuning);

var evaluation = builder.AddProject<Projects.Evaluation_Host>(ResourceNames.Evaluation)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(evaluationDatabase, "evaluation").WaitForCompletion(evaluationMigration)
    .WithReference(datasets)
    .WithReference(gateway)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithHttpHealthCheck("/health");

// The same: the gateway forwards evals, and evals call models. A new model is compared with its base.
gateway.WithReference(evaluation);
fineTuning.WithReference(evaluation);

var retrieval = builder.AddProject<Projects.Retrieval_Host>(ResourceNames.Retrieval)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(retrievalDatabase, "retrieval").WaitForCompletion(retrievalMigration)
    .WithReference(datasets)
    .WithReference(gateway)
    .WithEnvironment("Services__InternalKey", internalKey)
    .WithHttpHealthCheck("/health");

// The same: the gateway forwards vector stores, and their texts are embedded by models.
gateway.WithReference(retrieval);

// The gateway forwards the console's pages, and these ask the gateway.
var console = builder.AddProject<Projects.Console_Host>(ResourceNames.Console)
    .WithReference(gateway)
    .WithHttpHealthCheck("/health");
gateway.WithReference(console);

// And reviewers get items of runs.
datasets.WithReference(evaluation);

builder.Build().Run();

// A run of the program that ends needs no endpoint; the launch profile's would be taken twice.
static void Once(ProjectResourceOptions options)
{
    options.ExcludeLaunchProfile = true;
    options.ExcludeKestrelEndpoints = true;
}
