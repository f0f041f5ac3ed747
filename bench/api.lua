-- Asks the addresses of a file in turn, each connection from a place of its own on.
local addresses = {}
local place = 0

function init(args)
    for line in io.lines(args[1]) do
        addresses[#addresses + 1] = line
    end
    math.randomseed(tonumber(string.match(tostring({}), "0x(%x+)"), 16) % 100000)
    place = math.random(#addresses)
end

function request()
    place = place % #addresses + 1
    return wrk.format("GET", addresses[place])
end
