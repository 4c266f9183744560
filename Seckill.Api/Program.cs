using Seckill.Api;
using Seckill.Hosting;

return await SeckillProgram.RunAsync("seckill-api", args, builder => builder.AddSeckillApi(), app => app.MapSeckillApi());
