using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using Pgvector;

#nullable disable

namespace LlmGateway.Gateway.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Prompts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:vector", ",,");

            migrationBuilder.CreateTable(
                name: "guardrails",
                columns: table => new
                {
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Definition = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    UpdatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guardrails", x => new { x.ProjectId, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "prompts",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Description = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Metadata = table.Column<string>(type: "text", nullable: true),
                    ProtectedLabels = table.Column<List<string>>(type: "text[]", nullable: false),
                    LatestVersion = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    UpdatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ArchivedAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prompts", x => x.Id);
                });

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

            migrationBuilder.CreateTable(
                name: "prompt_label_changes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PromptId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Label = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    From = table.Column<int>(type: "integer", nullable: true),
                    To = table.Column<int>(type: "integer", nullable: true),
                    Restores = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prompt_label_changes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_prompt_label_changes_prompts_PromptId",
                        column: x => x.PromptId,
                        principalTable: "prompts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "prompt_labels",
                columns: table => new
                {
                    PromptId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    UpdatedAt = table.Column<long>(type: "bigint", nullable: false),
                    UpdatedBy = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prompt_labels", x => new { x.PromptId, x.Name });
                    table.ForeignKey(
                        name: "FK_prompt_labels_prompts_PromptId",
                        column: x => x.PromptId,
                        principalTable: "prompts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "prompt_versions",
                columns: table => new
                {
                    PromptId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Content = table.Column<string>(type: "text", nullable: false),
                    Includes = table.Column<string>(type: "text", nullable: true),
                    CommitMessage = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_prompt_versions", x => new { x.PromptId, x.Number });
                    table.ForeignKey(
                        name: "FK_prompt_versions_prompts_PromptId",
                        column: x => x.PromptId,
                        principalTable: "prompts",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_prompt_label_changes_PromptId_Label_Id",
                table: "prompt_label_changes",
                columns: new[] { "PromptId", "Label", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_prompt_versions_PromptId_Hash",
                table: "prompt_versions",
                columns: new[] { "PromptId", "Hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_prompts_ProjectId_Name",
                table: "prompts",
                columns: new[] { "ProjectId", "Name" },
                unique: true,
                filter: "\"ArchivedAt\" IS NULL");

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
                name: "guardrails");

            migrationBuilder.DropTable(
                name: "prompt_label_changes");

            migrationBuilder.DropTable(
                name: "prompt_labels");

            migrationBuilder.DropTable(
                name: "prompt_versions");

            migrationBuilder.DropTable(
                name: "semantic_cache_entries");

            migrationBuilder.DropTable(
                name: "semantic_cache_pairs");

            migrationBuilder.DropTable(
                name: "semantic_cache_partitions");

            migrationBuilder.DropTable(
                name: "semantic_caches");

            migrationBuilder.DropTable(
                name: "prompts");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:vector", ",,");
        }
    }
}
