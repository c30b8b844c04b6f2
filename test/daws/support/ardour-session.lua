-- Run by Ardour's own Lua interpreter: makes a session after a plan, then does what it is told, line by line,
-- and says "done N" after each. The plan is a Lua table (see ardour.ts); commands come through a file that
-- grows, for the interpreter has no better ear.
local plan = dofile(os.getenv("JAMBRIDGE_PLAN"))
local NOBODY = PBD.GroupControlDisposition.NoGroup
local BY_HAND = ARDOUR.TransportRequestSource.TRS_UI

local function say(text) io.stdout:write(text .. "\n") io.stdout:flush() end
local function sleep_ms(ms) ARDOUR.LuaAPI.usleep(ms * 1000) end
local function first(list) for item in list:iter() do return item end end

local function start_backend()
  if plan.backend == "jack" then
    assert(AudioEngine:set_backend("JACK", plan.client, ""), "no JACK backend")
    return
  end
  local backend = AudioEngine:set_backend("None (Dummy)", "", "")
  assert(backend, "no dummy backend")
  backend:set_device_name("Silence")
  backend:set_buffer_size(plan.blockFrames)
end

local function new_track(s, wanted)
  local last, normal = ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal
  if wanted.kind == "midi" then
    local one = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
    return first(s:new_midi_track(one, one, true, ARDOUR.PluginInfo(), nil, nil, 1, wanted.name, last, normal, true))
  end
  return first(s:new_audio_track(2, 2, nil, 1, wanted.name, last, normal, true))
end

-- The track's JamBridge; its parameters are numbered as in plugin/shim/parameters.h.
local function insert_plugin(s, track, settings)
  local plugin = ARDOUR.LuaAPI.new_plugin(s, "JamBridge", ARDOUR.PluginType.VST3, "")
  assert(not plugin:isnil(), "Ardour does not know JamBridge")
  assert(track:add_processor_by_index(plugin, 0, nil, true) == 0)
  for id, value in pairs(settings) do assert(ARDOUR.LuaAPI.set_processor_param(plugin, id, value)) end
end

local function route_of(s, name)
  local route = s:route_by_name(name)
  assert(not route:isnil(), "no track or bus " .. name)
  return route
end

local function wire(s, from, to, kind)
  local out, into = route_of(s, from):output(), route_of(s, to):input()
  for n = 0, kind == "midi" and 0 or 1 do
    local from_port = kind == "midi" and out:midi(n) or out:audio(n)
    local to_port = kind == "midi" and into:midi(n) or into:audio(n)
    local code
    for _ = 1, 20 do -- a JACK server of a busy machine may need time
      code = to_port:connect(from_port:name())
      if code == 0 then break end
      sleep_ms(100)
    end
    assert(code == 0, "no wire from " .. from .. " to " .. to)
  end
end

local function create(s)
  -- No wires but those of the plan.
  ARDOUR.config():set_input_auto_connect(ARDOUR.AutoConnectOption.ManualConnect)
  ARDOUR.config():set_output_auto_connect(ARDOUR.AutoConnectOption.ManualConnect)
  for _, wanted in ipairs(plan.tracks) do
    local track = new_track(s, wanted)
    if wanted.plugin then insert_plugin(s, track, wanted.plugin) end
    -- The panner would compute; what passes must not be touched.
    if wanted.kind == "audio" then track:panner_shell():set_bypassed(true) end
    if wanted.inverted then
      for channel = 0, 1 do track:phase_control():set_phase_invert(channel, true) end
    end
    track:monitoring_control():set_value(wanted.monitorInput and 1 or 2, NOBODY)
  end
  for _, one in ipairs(plan.wires) do wire(s, one[1], one[2], one[3]) end
end

local function read_all(path) local file = assert(io.open(path)) local text = file:read("a") file:close() return text end
local function write_all(path, text) local file = assert(io.open(path, "w")) file:write(text) file:close() end

-- Recorded material can't be made from here, so it is written into the saved session: sources, their whole-file
-- regions, and a region in each track's playlist.
local function add_material(path)
  local text = read_all(path)
  local function at(pattern, replacement)
    local changed, count = text:gsub(pattern, function() return replacement end, 1)
    assert(count == 1, pattern)
    text = changed
  end
  at('id%-counter="%d+"', 'id-counter="2000000"')
  at("<Sources/>", "<Sources>" .. plan.sources .. "</Sources>")
  at("<Regions/>", "<Regions>" .. plan.regions .. "</Regions>")
  for name, region in pairs(plan.playlists) do
    local opening = text:match('<Playlist id="%d+" name="' .. name .. '"[^>]*/>')
    assert(opening, "no empty playlist " .. name)
    local start, finish = text:find(opening, 1, true)
    text = text:sub(1, start - 1) .. opening:sub(1, -3) .. ">" .. region .. "</Playlist>" .. text:sub(finish + 1)
  end
  write_all(path, text)
  for from, to in pairs(plan.files) do assert(os.rename(from, to)) end
end

local function track_of(s, name) return route_of(s, name):to_track() end

local function plugin_of(s, name)
  local route = route_of(s, name)
  for n = 0, 20 do
    local processor = route:nth_plugin(n)
    if processor:isnil() then break end
    if processor:display_name() == "JamBridge" then return processor end
  end
  error("no JamBridge on " .. name)
end

local commands = {}
function commands.arm(s, name) track_of(s, name):rec_enable_control():set_value(1, NOBODY) end
function commands.disarm(s, name) track_of(s, name):rec_enable_control():set_value(0, NOBODY) end
function commands.record(s) s:maybe_enable_record(false) end
function commands.locate(s, frame)
  s:request_locate(tonumber(frame), false, ARDOUR.LocateTransportDisposition.MustStop, BY_HAND)
  sleep_ms(300)
end
function commands.roll(s)
  -- Not heard while Ardour is still busy with a locate.
  for _ = 1, 50 do
    s:request_roll(BY_HAND)
    sleep_ms(200)
    if s:transport_rolling() then return end
  end
  error("the transport does not roll")
end
function commands.stop(s)
  s:request_stop(false, false, BY_HAND)
  for _ = 1, 500 do
    if s:transport_stopped() then break end
    sleep_ms(20)
  end
  sleep_ms(300) -- the butler writes what was recorded
end
function commands.set(s, name, id, value)
  assert(ARDOUR.LuaAPI.set_processor_param(plugin_of(s, name), tonumber(id), tonumber(value)))
end
function commands.get(s, name, id)
  return ARDOUR.LuaAPI.get_processor_param(plugin_of(s, name), tonumber(id))
end
function commands.latency(s, name) return plugin_of(s, name):to_insert():signal_latency() end
function commands.position(s) return s:transport_sample() end
function commands.save(s) return s:save_state("", false, false, false, false, false) end

local function obey(s)
  local heard = assert(io.open(os.getenv("JAMBRIDGE_COMMANDS")))
  local number = 0
  while true do
    local line = heard:read("L")
    if not line or line:sub(-1) ~= "\n" then
      heard:seek("cur", line and -#line or 0)
      sleep_ms(20)
    else
      local words = {}
      for word in line:gmatch("%S+") do words[#words + 1] = word end
      number = number + 1
      if words[1] == "quit" then return say("done " .. number) end
      local ok, answer = pcall(commands[words[1]], s, table.unpack(words, 2))
      say((ok and "done " or "failed ") .. number .. " " .. tostring(answer))
    end
  end
end

start_backend()
local path = plan.folder .. "/" .. plan.name .. ".ardour"
local s = assert(create_session(plan.folder, plan.name, plan.sampleRate), "no session")
s:cfg():set_native_file_data_format(ARDOUR.SampleFormat.Float)
s:cfg():set_use_region_fades(false)
s:cfg():set_use_transport_fades(false)
s:cfg():set_use_monitor_fades(false)
create(s)
sleep_ms(500) -- parameters reach the plugin with the blocks to come
s:save_state("", false, false, false, false, false)
-- Loaded anew even without material: only then Ardour has made up its mind in which order the tracks run.
s = nil
close_session()
collectgarbage()
if plan.sources ~= "" then add_material(path) end
s = assert(load_session(plan.folder, plan.name), "the session does not load")
say("ready")
obey(s)
s = nil
close_session()
quit()
