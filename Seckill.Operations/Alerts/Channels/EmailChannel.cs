using System.Net.Sockets;
using System.Text;

using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

using MimeKit;
using MimeKit.Text;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>Sends mail through an SMTP server: subject and text in UTF-8, one connection for each message.</summary>
sealed class EmailChannel(string name, AlertChannelOptions options) : IAlertChannel
{
    /// <summary>Longest subject, in bytes before encoding.</summary>
    const int SubjectBytes = 200;

    public string Name => name;

    public string Receiver { get; } = JsonPost.ReceiverOf($"{options.Host}:{options.Port}/{string.Join(',', options.To)}");

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var mail = Mail(message);
        using var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(options.Host, options.Port, Security, cancellationToken).ConfigureAwait(false);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(Encoding.UTF8, options.User, options.Password, cancellationToken).ConfigureAwait(false);
            await client.SendAsync(mail, cancellationToken).ConfigureAwait(false);
        }
        catch (SmtpCommandException exception)
        {
            return new DeliveryResult(OutcomeOf(exception), $"SMTP {(int)exception.StatusCode} {exception.Message}");
        }
        catch (Exception exception) when (exception is AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            // Password, certificate, or a server that offers no STARTTLS although the configuration asks for it.
            return new DeliveryResult(DeliveryOutcome.Misconfigured, exception.Message);
        }
        catch (Exception exception) when (exception is SmtpProtocolException or ServiceNotConnectedException or SocketException or IOException)
        {
            return new DeliveryResult(DeliveryOutcome.Failed, exception.Message);
        }

        await QuitAsync(client, cancellationToken).ConfigureAwait(false);
        return DeliveryResult.Delivered;
    }

    SecureSocketOptions Security => options.Tls switch
    {
        ChannelTypes.ImplicitTls => SecureSocketOptions.SslOnConnect,
        ChannelTypes.NoTls => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    MimeMessage Mail(AlertMessage message)
    {
        var mail = new MimeMessage
        {
            Subject = Utf8Text.Cut(message.Title, SubjectBytes),
            Body = new TextPart(TextFormat.Plain) { Text = message.Text },
            Priority = message.IsUrgent ? MessagePriority.Urgent : MessagePriority.Normal,
        };
        mail.From.Add(MailboxAddress.Parse(options.From));
        mail.To.AddRange(options.To.Select(MailboxAddress.Parse));
        // So that out-of-office robots do not answer alerts (RFC 3834).
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    /// <summary>The server has the mail: a farewell that fails must not send it again.</summary>
    static async Task QuitAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ProtocolException or CommandException
            or OperationCanceledException)
        {
            // Nothing depends on it.
        }
    }

    // RFC 5321 §4.2.1: 4yz may work later, 5yz will not. Sender and receivers come from the configuration: what is said of them is about it.
    static DeliveryOutcome OutcomeOf(SmtpCommandException exception) => exception switch
    {
        { StatusCode: >= (SmtpStatusCode)400 and < (SmtpStatusCode)500 } => DeliveryOutcome.Failed,
        { ErrorCode: SmtpErrorCode.MessageNotAccepted } => DeliveryOutcome.Refused,
        _ => DeliveryOutcome.Misconfigured,
    };
}
