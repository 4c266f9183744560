using Seckill.Hosting;
using Seckill.Workers;

return await SeckillProgram.RunAsync("seckill-workers", args, builder => builder.AddSeckillWorker());
