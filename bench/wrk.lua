-- What wrk sends and what it tells: one line of JSON at the end.
-- Arguments: the longest time to think before a request in milliseconds; then "varied" for heads
-- of which each is another, or "form" and the body of a form.
local think = 0
local number = 0

function init(args)
  think = tonumber(args[1] or "0")
  if args[2] == "varied" then
    request = varied
  elseif args[2] == "form" then
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    wrk.body = args[3]
  end
end

function varied()
  number = number + 1
  wrk.headers["X-Number"] = number
  return wrk.format()
end

function delay()
  if think == 0 then return 0 end
  return math.random(0, think)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %g, "p99": %g, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
