"""The ten workers in the shape of Supabase's functions: POST /functions/v1/{name}."""

from fastapi import APIRouter

router = APIRouter(prefix="/functions/v1")
