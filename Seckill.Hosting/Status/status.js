'use strict';
(() => {
  const period = 2000, patience = 10000, tokenName = 'seckill-metrics-token';
  const at = id => document.getElementById(id);
  const none = 'No data';
  const names = {
    answer: 'Answer to an order', commit: 'Prepared to committed', group_commit: 'A group commit', committed: 'committed', rolled_back: 'rolled back',
    retrying: 'being retried', exhausted: 'out of attempts', dead_letter: 'dead letters', archived: 'in the archive'
  };
  let lastAnswer = null;

  const known = x => typeof x === 'number';
  const whole = x => known(x) ? Math.round(x).toLocaleString('en') : '–';
  const rate = x => known(x) ? (x >= 100 ? Math.round(x).toLocaleString('en') : x.toFixed(1)) + '/s' : '–';
  const time = x => !known(x) ? '–' : x === 0 ? '0 s' : x < 1 ? (x * 1000).toFixed(x < 0.01 ? 1 : 0) + ' ms' : x < 120 ? x.toFixed(1) + ' s' : Math.round(x / 60) + ' min';
  const bytes = x => known(x) ? Math.round(x / 1048576) + ' MB' : '–';
  const clock = x => new Date(x).toLocaleString('sv');
  const sum = list => list.length && list.every(known) ? list.reduce((a, b) => a + b) : null;

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function fill(id, parts) {
    at(id).replaceChildren(...(parts.length ? parts : [element('p', none, 'none')]));
  }

  function table(heads, rows) {
    if (!rows.length) return [];
    const made = element('table'), head = made.createTHead().insertRow(), body = made.createTBody();
    for (const text of heads) {
      const cell = element('th', text);
      cell.scope = 'col';
      head.append(cell);
    }
    for (const row of rows) body.insertRow().append(...row.map(x => element('td', x)));
    return [made];
  }

  function tile(name, value, kind) {
    const made = element('div', undefined, 'tile');
    made.append(element('span', name), element('strong', value, kind));
    return made;
  }

  function sku(x) {
    const made = element('div', undefined, 'sku'), line = element('p'), bar = element('div', undefined, 'bar');
    const name = x.activity === 'others' ? 'All other activities' : 'Activity ' + x.activity + ', SKU ' + x.sku;
    const percent = x.total > 0 ? Math.floor(100 * x.sold / x.total) : 0;
    line.append(element('span', name), element('span', percent + ' % sold'));
    for (const part of ['sold', 'reserved']) {
      const piece = element('div', undefined, part);
      piece.style.width = (x.total > 0 ? 100 * x[part] / x.total : 0) + '%';
      bar.append(piece);
    }
    made.append(line, bar, element('small', whole(x.sold) + ' sold, ' + whole(x.reserved) + ' reserved, ' + whole(x.available) + ' of ' + whole(x.total) + ' left'));
    return made;
  }

  function show(answer) {
    const status = answer.status, program = status.programs[0];
    const [word, kind] = program.ready === 1 ? ['ready', 'good'] : program.ready === 0.5 ? ['degraded', 'warn'] : program.ready === 0 ? ['not ready', 'bad'] : ['readiness unknown', 'warn'];
    const waits = status.openCircuits.map(x => 'waits for ' + x), failing = program.failingChecks.map(x => 'check ' + x);
    at('service').textContent = answer.service;
    at('ready').textContent = [word, ...failing, ...waits].join(', ');
    at('ready').className = 'pill ' + (waits.length ? 'bad' : kind);
    at('ready').hidden = false;
    at('about').textContent = answer.instance + ', version ' + answer.version.split('+')[0] + ', up since ' + clock(answer.startedAt) + ', as of ' + clock(answer.at);
    at('tiles').replaceChildren(
      tile('Decided', rate(sum(status.decisions.map(x => x.perSecond)))),
      tile('Undecided orders', whole(status.undecided)),
      tile('The oldest waits for', time(status.oldestUndecidedSeconds), status.oldestUndecidedSeconds > 300 ? 'bad' : ''),
      tile('Past their time-out', whole(status.suspended), status.suspended > 0 ? 'warn' : ''),
      tile('Waiting in Kafka', whole(sum(status.backlogs.map(x => x.records)))),
      tile('Processor', known(program.cores) ? program.cores.toFixed(2) + ' cores' : '–'),
      tile('Memory', bytes(program.memoryBytes)));
    fill('stock', status.stock.map(sku));
    fill('decisions', table(['', 'lately', 'since start'], status.decisions.map(x => [names[x.outcome] ?? x.outcome, rate(x.perSecond), whole(x.total)])));
    fill('latencies', table(['', '50 %', '99 %'],
      status.latencies.filter(x => x.what !== 'answer').map(x => [names[x.what] ?? x.what, time(x.p50Seconds), time(x.p99Seconds)])));
    fill('backlogs', table(['topic', 'records'], status.backlogs.map(x => [x.topic, whole(x.records)])));
    fill('compensation', table(['', 'orders'], status.compensation.map(x => [names[x.state] ?? x.state, whole(x.orders)])));
    at('figures').hidden = false;
  }

  function complain(text) {
    at('trouble').textContent = lastAnswer ? text + ' What is below is of ' + clock(lastAnswer) + '.' : text;
    at('trouble').hidden = false;
    at('figures').classList.add('old');
  }

  async function ask() {
    const token = sessionStorage.getItem(tokenName);
    try {
      const response = await fetch('status.json', {
        headers: token ? { Authorization: 'Bearer ' + token } : {}, cache: 'no-store', signal: AbortSignal.timeout(patience)
      });
      at('entrance').hidden = response.status !== 401;
      if (response.status === 401) {
        sessionStorage.removeItem(tokenName);
        at('figures').hidden = true;
        at('about').textContent = '';
        at('trouble').hidden = !token;
        at('trouble').textContent = 'That is not its token.';
        return;
      }
      if (!response.ok) throw new Error('it says ' + response.status);
      const answer = await response.json();
      show(answer);
      lastAnswer = answer.at;
      at('trouble').hidden = true;
      at('figures').classList.remove('old');
    } catch (error) {
      complain('The process does not answer (' + error.message + ').');
    }
    setTimeout(ask, period);
  }

  at('entrance').addEventListener('submit', event => {
    event.preventDefault();
    sessionStorage.setItem(tokenName, at('token').value);
    at('token').value = '';
    ask();
  });
  ask();
})();
