'use strict';
// Everything is set as text, never as markup: what orders and errors say comes from outside.
(() => {
  const byId = id => document.getElementById(id);
  const order = decodeURIComponent(location.pathname.split('/').at(-2));
  const failures = /failed|dead_letter|archived|rolling_back|rolled_back|dependency_down|handed_over/;
  let token = '';

  byId('order').textContent = order;
  document.title = `Order ${order}`;

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const length = ms => ms >= 10000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`;
  const time = text => new Date(text).toISOString().replace('T', ' ').replace('Z', '');

  const complain = text => {
    byId('problem').textContent = text;
    byId('problem').hidden = !text;
    byId('story').hidden = !!text;
  };

  const facts = found => {
    const list = byId('facts');
    list.replaceChildren();
    const tell = (name, value) => {
      if (value !== null && value !== undefined && value !== '')
        list.append(element('dt', name), element('dd', value));
    };
    tell('State', found.reason ? `${found.state} (${found.reason})` : found.state);
    tell('Trace', found.traceId);
    tell('Order', `${found.quantity} of SKU ${found.skuId}, activity ${found.activityId}`);
    tell('Redis, MySQL', `${found.participants.redis}, ${found.participants.mySql}`);
    tell('Admitted', time(found.createdAt));
    tell('Decided', found.decidedAt && `${time(found.decidedAt)}, ${length(new Date(found.decidedAt) - new Date(found.createdAt))} after that`);
    tell('Retries', found.retries.count || null);
    tell('Last error', found.retries.lastError);
    const c = found.compensation;
    tell('Compensation', c && `${c.status}: ${c.attempts} + ${c.deadLetterAttempts} attempts failed; ${c.cause}: ${c.lastError}`);
  };

  const steps = timeline => {
    const ends = timeline.map(x => new Date(x.occurredAt).getTime());
    const begins = timeline.map((x, i) => ends[i] - (x.durationMicroseconds ?? 0) / 1000);
    const first = Math.min(...begins), whole = Math.max(1, Math.max(...ends) - first);
    byId('steps').replaceChildren(...timeline.map((x, i) => {
      const row = document.createElement('tr');
      row.classList.toggle('bad', failures.test(x.step));
      const shared = x.batchSize ? `one of ${x.batchSize} in its group commit` : '';
      const bar = document.createElement('div');
      bar.className = 'bar';
      bar.style.marginLeft = `${(begins[i] - first) / whole * 98}%`;
      bar.style.width = `${(ends[i] - begins[i]) / whole * 98}%`;
      const cell = document.createElement('td');
      cell.append(bar);
      row.append(
        element('td', time(x.occurredAt)), element('td', length(ends[i] - first)), element('td', x.durationMicroseconds == null ? '' : length(x.durationMicroseconds / 1000)),
        element('td', x.step), cell, element('td', x.actor), element('td', [x.detail, shared].filter(Boolean).join('; ')));
      return row;
    }));
  };

  const show = async () => {
    try {
      const answer = await fetch(`../../api/transactions/${encodeURIComponent(order)}`, {
        headers: { Authorization: `Bearer ${token}` }, credentials: 'omit', cache: 'no-store',
      });
      const found = await answer.json().catch(() => ({}));
      if (!answer.ok) {
        complain(`${answer.status}: ${found.detail ?? found.title ?? answer.statusText}`);
        return;
      }

      facts(found);
      steps(found.timeline);
      complain('');
    } catch (error) {
      complain(`The API does not answer: ${error.message}`);
    }
  };

  byId('ask').addEventListener('submit', event => {
    event.preventDefault();
    token = byId('token').value.trim();
    byId('token').value = '';
    show();
  });
  byId('again').addEventListener('click', show);
})();
