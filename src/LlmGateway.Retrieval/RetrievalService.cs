using LlmGateway.Messaging;
using LlmGateway.Retrieval.Adapters;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Examples;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Retrieval.Models;
using LlmGateway.Retrieval.Routing;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Retrieval;

/// <summary>The doors of the service that finds the right context.</summary>
public static class RetrievalService
{
    /// <summary>Name of the store's connection string, <c>ConnectionStrings:retrieval</c>.</summary>
    public const string ConnectionName = "retrieval";

    /// <summary>A call embeds many texts; a slow provider takes its time.</summary>
    private static readonly TimeSpan EmbeddingTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Registers the service and its worker. Without a connection string the store is <c>retrieval.db</c> in the data folder.</summary>
    public static void AddRetrieval(this IHostApplicationBuilder builder)
    {
        builder.AddServiceFoundation(ServiceNames.Retrieval);
        builder.AddRetrievalStorage();
        var services = builder.Services;
        services.AddSection<RetrievalOptions>(RetrievalOptions.Section)
            .Validate(options => options.Leases.Heartbeat * 2 < options.Leases.Duration, "Retrieval:Leases:Heartbeat must be less than half of Retrieval:Leases:Duration.");
        services.AddHttpClient(SourceFiles.ClientName, client => client.BaseAddress = new Uri("http://datasets")).AddInternalToken(ServiceNames.Datasets);
        services.AddHttpClient(EmbeddingClient.ClientName, client =>
        {
            client.BaseAddress = new Uri("http://gateway");
            client.Timeout = EmbeddingTimeout;
        }).AddInternalToken(ServiceNames.Gateway).AddHttpMessageHandler(() => new CallCosts.Handler());
        services.AddHttpClient(StructuredChat.ClientName, client =>
        {
            client.BaseAddress = new Uri("http://gateway");
            client.Timeout = StructuredChat.Timeout;
        }).AddInternalToken(ServiceNames.Gateway).AddHttpMessageHandler(() => new CallCosts.Handler());
        services.AddSingleton<SourceFiles>();
        services.AddSingleton<EmbeddingClient>();
        services.AddScoped<EmbeddingCache>();
        services.AddHostedService<EmbeddingCacheSweep>();
        services.AddSingleton<FileCopies>();
        services.AddSingleton<LexicalCopies>();
        services.AddSingleton<CopyRefresh>();
        services.AddHostedService(provider => provider.GetRequiredService<CopyRefresh>());
        services.AddSingleton<RetrievalMetrics>();
        services.AddScoped<FileIntake>();
        services.AddScoped<FileIngestion>();
        services.AddScoped<QueryEmbedding>();
        services.AddSingleton<StructuredChat>();
        services.AddSingleton<QueryPlanning>();
        services.AddSingleton<ModelReranker>();
        services.AddSingleton<Reranker>();
        services.AddScoped<ChunkRankings>();
        services.AddScoped<PassageReading>();
        services.AddScoped<StoreSearch>();
        services.AddRetrievalEvaluations();
        services.AddRetrievalRouters();
        services.AddSingleton<IngestionWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<IngestionWorker>());
        services.AddSources();
        services.AddSection<ExampleSetOptions>(ExampleSetOptions.Section);
        services.AddSingleton<ExampleSets>();
        services.AddSingleton<ExampleChoice>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RetrievalJsonContext.Default));
    }

    /// <summary>Adds the service's consumers to the process's bus.</summary>
    public static void AddRetrievalConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddBroadcastConsumer<FilesAddedConsumer>(FilesAddedConsumer.Endpoint);
        bus.AddBroadcastConsumer<VectorStoreChangedConsumer>(VectorStoreChangedConsumer.Endpoint);
    }

    /// <summary>Maps the service's paths: <c>/v1/vector_stores</c> and <c>/v1/retrieval</c>.</summary>
    public static void MapRetrieval(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Retrieval").RequireAuthorization(Policies.Data);
        group.MapVectorStores();
        group.MapStoreContent();
        group.MapVectorStoreFiles();
        group.MapFileBatches();
        group.MapStoreSearch();
        group.MapRetrievalEvaluations();
        group.MapRetrievalAdapters();
        group.MapRetrievalRouters();
        group.MapSources();
        group.MapExamples();
    }
}
