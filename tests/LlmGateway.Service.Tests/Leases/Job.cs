using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Service.Tests.Leases;

/// <summary>Some service's work.</summary>
internal sealed class Job : LeasedRow
{
    public int Steps { get; set; }
}

/// <summary>A store that names things in its own way, as each service does.</summary>
internal sealed class JobStore(DbContextOptions<JobStore> options) : DbContext(options)
{
    public static readonly string[] Open = ["queued", "running"];

    public DbSet<Job> Jobs => Set<Job>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Job>(job =>
    {
        job.ToTable("some jobs");
        job.HasKey(row => row.Id);
        job.Property(row => row.LeaseUntil).HasColumnName("lease_until");
        job.Property(row => row.Status).HasColumnName("status");
    });
}
