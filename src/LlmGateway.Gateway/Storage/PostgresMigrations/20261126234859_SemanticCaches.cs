using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Pgvector;

#nullable disable

namespace LlmGateway.Gateway.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class SemanticCaches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:vector", ",,");

            migrationBuilder.CreateTable(
                name: "semantic_cache_entries",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    CacheId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Partition = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    PromptId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    PromptVersion = table.Column<int>(type: "integer", nullable: true),
                    Question = table.Column<string>(type: "text", nullable: false),
                    Answer = table.Column<byte[]>(type: "bytea", nullable: false),
                    Embedding = table.Column<HalfVector>(type: "halfvec", nullable: false),
                    Dimensions = table.Column<int>(type: "integer", nullable: false),
                    InferenceId = table.Column<Guid>(type: "uuid", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_entries", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "semantic_cache_pairs",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    CacheId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Partition = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Similarity = table.Column<double>(type: "double precision", nullable: false),
                    Same = table.Column<bool>(type: "boolean", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    CostNanoUsd = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_pairs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "semantic_cache_partitions",
                columns: table => new
                {
                    CacheId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Deployment = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    PromptId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    PromptVersion = table.Column<int>(type: "integer", nullable: true),
                    Threshold = table.Column<double>(type: "double precision", nullable: true),
                    Hits = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_partitions", x => new { x.CacheId, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "semantic_caches",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Policy = table.Column<string>(type: "text", nullable: false),
                    Dimensions = table.Column<int>(type: "integer", nullable: false),
                    TunedThreshold = table.Column<double>(type: "double precision", nullable: true),
                    Generation = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    UpdatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_caches", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_CacheId_LastUsedAt",
                table: "semantic_cache_entries",
                columns: new[] { "CacheId", "LastUsedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_CacheId_Partition",
                table: "semantic_cache_entries",
                columns: new[] { "CacheId", "Partition" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_ExpiresAt",
                table: "semantic_cache_entries",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_pairs_CacheId_Id",
                table: "semantic_cache_pairs",
                columns: new[] { "CacheId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_caches_ProjectId",
                table: "semantic_caches",
                column: "ProjectId");

            // An HNSW index is for vectors of one length; of other lengths than these, partitions are searched exactly.
            foreach (var dimensions in new[] { 256, 384, 512, 768, 1024, 1536, 2048, 3072 })
            {
                migrationBuilder.Sql(
                    $"""
                    CREATE INDEX "IX_semantic_cache_entries_hnsw_{dimensions}" ON semantic_cache_entries
                    USING hnsw (("Embedding"::halfvec({dimensions})) halfvec_cosine_ops) WHERE "Dimensions" = {dimensions}
                    """);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "semantic_cache_entries");

            migrationBuilder.DropTable(
                name: "semantic_cache_pairs");

            migrationBuilder.DropTable(
                name: "semantic_cache_partitions");

            migrationBuilder.DropTable(
                name: "semantic_caches");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:vector", ",,");
        }
    }
}
