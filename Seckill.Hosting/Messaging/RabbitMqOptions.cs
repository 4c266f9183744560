using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Messaging;

/// <summary>Where RabbitMQ is: configuration section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "RabbitMq";

    /// <summary>Host name or address.</summary>
    [Required(ErrorMessage = "must name a host")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [Range(1, 65535, ErrorMessage = "must be a TCP port, from 1 to 65535")]
    public int Port { get; set; } = 5672;

    /// <summary>User.</summary>
    [Required(ErrorMessage = "must name a user")]
    public string User { get; set; } = "guest";

    /// <summary>Password.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>Virtual host.</summary>
    [Required(ErrorMessage = "must name a virtual host; the default one is '/'")]
    public string VirtualHost { get; set; } = "/";
}
