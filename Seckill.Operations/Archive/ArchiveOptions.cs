using System.ComponentModel.DataAnnotations;

namespace Seckill.Operations.Archive;

/// <summary>Where orders that compensation gave up are kept: configuration section <c>Archive</c>.</summary>
public sealed class ArchiveOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Archive";

    /// <summary>Value of <see cref="Storage"/>: the table in PostgreSQL.</summary>
    public const string Postgres = "postgres";

    /// <summary>Value of <see cref="Storage"/>: a bucket behind an S3 interface.</summary>
    public const string ObjectStore = "s3";

    /// <summary>Which archive: <c>postgres</c> or <c>s3</c>.</summary>
    [AllowedValues(Postgres, ObjectStore, ErrorMessage = "must be postgres or s3")]
    public string Storage { get; set; } = Postgres;

    /// <summary>The bucket, when it is <c>s3</c>.</summary>
    public S3Options S3 { get; set => field = value ?? new S3Options(); } = new();

    /// <summary>The settings of the bucket matter when it is used.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Storage != ObjectStore)
            return [];

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(S3, new ValidationContext(S3), results, validateAllProperties: true);
        // The message names the key, because the member belongs to another object than the one that is checked.
        return results.Select(x => new ValidationResult(string.Join(", ", x.MemberNames.Select(name => $"{Section}:S3:{name}")) + $" {x.ErrorMessage}, as {Section}:{nameof(Storage)} is {ObjectStore}"));
    }
}
